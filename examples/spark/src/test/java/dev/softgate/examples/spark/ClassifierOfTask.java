package dev.softgate.examples.spark;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;

/** Tells for a task which virtual machine and which classifier it has. */
record ClassifierOfTask(Broadcast<byte[]> checkpoint)
    implements MapPartitionsFunction<Long, String> {

  @Override
  public Iterator<String> call(Iterator<Long> rows) throws InterruptedException {
    Object classifier = ExecutorClassifier.of(checkpoint.value(), 1);
    Thread.sleep(100); // so that one executor cannot do all tasks
    return List.of(ProcessHandle.current().pid() + " " + System.identityHashCode(classifier))
        .iterator();
  }
}
