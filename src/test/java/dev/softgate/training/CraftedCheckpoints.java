package dev.softgate.training;

import com.fasterxml.jackson.databind.JsonNode;
import dev.softgate.interop.CraftedFile;
import dev.softgate.interop.HostTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Changes to a good checkpoint of a gated network from within its second epoch or later, each to be
 * sealed again: what a checkpoint cannot hold, what it can, and seeded ones that may be either.
 */
public final class CraftedCheckpoints {

  private static final String DATA = "data";
  private static final String PROGRESS = "progress";
  private static final String GATES = "epoch.gates";
  private static final String WEIGHT = "model.fc.weight";
  private static final String VELOCITY = "optimizer.main.velocity";

  /** Values that belong in few places. */
  private static final List<String> ODD =
      List.of(
          "null",
          "-1",
          "0",
          "1",
          "2147483647",
          "-2147483648",
          "9223372036854775807",
          "1e300",
          "-1e-300",
          "0.5",
          "1e999",
          "\"NaN\"",
          "\"Infinity\"",
          "\"\"",
          "\"x\"",
          "true",
          "[]",
          "[null]",
          "{}",
          "[[[[1]]]]");

  private CraftedCheckpoints() {}

  /** Changes that must be refused, by what they are. */
  public static Map<String, Consumer<CraftedFile>> refused() {
    Map<String, Consumer<CraftedFile>> all = new LinkedHashMap<>();
    for (String side : List.of("height", "width")) {
      for (String value :
          List.of("-1", "0", "100000", "2147483647", "2147483648", "32.5", "\"32\"", "null")) {
        json(all, DATA, "/" + side, value);
      }
    }
    all.put(
        "16384×16384 pixels", f -> f.json(DATA, "/height", "16384").json(DATA, "/width", "16384"));
    for (String value :
        List.of("null", "[]", "[null,\"a\",\"b\"]", "[\"a\",\"a\",\"b\"]", "[1,2,3]", "\"a\"")) {
      json(all, DATA, "/classNames", value);
    }
    for (String value :
        List.of("[0,1,1]", "[-1,1,1]", "[\"NaN\",1,1]", "[1,1]", "null", "[1e39,1,1]")) {
      json(all, DATA, "/std", value);
    }
    for (String value : List.of("[null,0,0]", "[0,0,0,0]", "[1e999,0,0]", "[[0],0,0]")) {
      json(all, DATA, "/mean", value);
    }
    json(all, DATA, "/dataSha256", "5");
    json(all, DATA, "/more", "1");
    all.put("data without std", f -> f.withoutJson(DATA, "/std"));
    all.put("data that is no object", f -> f.text(DATA, "[]"));
    all.put("data that goes on", f -> f.text(DATA, f.text(DATA) + "{}"));
    all.put("data nested 5000 deep", f -> f.text(DATA, "[".repeat(5000)));
    for (String place : List.of("/epoch", "/batch", "/totals/images", "/totals/correct")) {
      for (String value : List.of("-1", "4294967296", "0.5", "null", "\"1\"")) {
        json(all, PROGRESS, place, value);
      }
    }
    for (String place : List.of("/epoch", "/totals/images", "/totals/correct")) {
      json(all, PROGRESS, place, "2147483647");
    }
    for (String value : List.of("null", "[]", "[null]", "{}")) {
      json(all, PROGRESS, "/history", value);
    }
    json(all, PROGRESS, "/history/0/epoch", "1");
    json(all, PROGRESS, "/history/0/learningRate", "\"NaN\"");
    json(all, PROGRESS, "/history/0/train", "null");
    json(all, PROGRESS, "/history/0/train/accuracy", "1.5");
    json(all, PROGRESS, "/history/0/train/classificationLoss", "\"NaN\"");
    json(all, PROGRESS, "/history/0/train/images", "-1");
    json(all, PROGRESS, "/best/epoch", "1");
    json(all, PROGRESS, "/best/epoch", "-1");
    json(all, PROGRESS, "/best/validationAccuracy", "\"NaN\"");
    json(all, PROGRESS, "/effort", "null");
    json(all, PROGRESS, "/effort/images", "-5");
    json(all, PROGRESS, "/effort/trainSeconds", "-1");
    json(all, PROGRESS, "/effort/totalSeconds", "1e999");
    json(all, PROGRESS, "/totals", "null");
    json(all, PROGRESS, "/totals/skipped", "null");
    json(all, PROGRESS, "/totals/skipped", "[-1]");
    json(all, PROGRESS, "/totals/skipped", "[0,0,0]");
    json(all, PROGRESS, "/totals/classificationSum", "\"Infinity\"");
    for (String key : List.of("format", "config", DATA, PROGRESS)) {
      all.put("without " + key, f -> f.withoutText(key));
    }
    for (String setting :
        List.of(
            "{}",
            "null",
            "{\"thresholds\":null,\"blend\":\"HARD\",\"chosenOn\":null}",
            "{\"thresholds\":[0.5],\"blend\":null,\"chosenOn\":null}",
            "{\"thresholds\":[0.5],\"blend\":\"hard\",\"chosenOn\":null}",
            "{\"thresholds\":[null],\"blend\":\"HARD\",\"chosenOn\":null}",
            "{\"thresholds\":[\"NaN\"],\"blend\":\"HARD\",\"chosenOn\":null}",
            "{\"thresholds\":[-0.1],\"blend\":\"HARD\",\"chosenOn\":null}",
            "{\"thresholds\":[1.1],\"blend\":\"HARD\",\"chosenOn\":null}",
            "{\"thresholds\":[0.5,0.5],\"blend\":\"HARD\",\"chosenOn\":null}",
            "{\"thresholds\":[0.5],\"blend\":\"HARD\",\"chosenOn\":7}")) {
      all.put("skipping " + setting, f -> f.text("skipping", setting));
    }
    all.put("depth 9998", f -> f.config("depth", "9998"));
    all.put("depth 15", f -> f.config("depth", "15"));
    all.put("epochs 0", f -> f.config("epochs", "0"));
    all.put("lr NaN", f -> f.config("lr", ".nan"));
    all.put("widths of 65536", f -> f.config("widths", "[65536, 65536, 65536]"));
    all.put("gate at stage 9", f -> f.config("gate-at", "[9]"));
    all.put("no gate", f -> f.config("gate", "none"));
    all.put("a config that is no map", f -> f.text("config", "7"));
    all.put("a config without end", f -> f.text("config", "data: {a: [".repeat(3000)));
    tensors(all);
    return all;
  }

  private static void tensors(Map<String, Consumer<CraftedFile>> all) {
    HostTensor nothing = HostTensor.ofFloats(new float[0], 0);
    all.put("gates 10^8×0", f -> f.tensor(GATES, empty(100_000_000, 0)));
    all.put("gates 2^62×0", f -> f.tensor(GATES, empty(1L << 62, 0)));
    all.put("gates 0×2^62", f -> f.tensor(GATES, empty(0, 1L << 62)));
    all.put("gates of a dimension", f -> f.tensor(GATES, nothing));
    all.put("gates 1×1", f -> f.tensor(GATES, HostTensor.ofFloats(new float[1], 1, 1)));
    all.put("gates that are NaN", f -> f.fill(GATES, Float.NaN));
    all.put("shape beyond 64 bits", f -> f.entry(WEIGHT, "F32", 1L << 62, 1L << 62));
    for (String name :
        List.of(GATES, VELOCITY, "optimizer.gate.velocity", WEIGHT, "model.conv1.weight")) {
      all.put("without " + name, f -> f.withoutTensor(name));
      all.put(name + " as integers", f -> f.tensor(name, HostTensor.ofInts(new int[3], 3)));
      all.put(name + " as halves", f -> f.tensor(name, HostTensor.ofHalves(new float[3], 3)));
      all.put(name + " of a number", f -> f.tensor(name, HostTensor.ofFloats(new float[1], 1)));
    }
    all.put("velocities that are infinite", f -> f.fill(VELOCITY, Float.POSITIVE_INFINITY));
    all.put("weights that are NaN", f -> f.fill(WEIGHT, Float.NaN));
    all.put("a weight that is infinite", f -> f.element(WEIGHT, 3, Float.NEGATIVE_INFINITY));
    all.put("a variance of -1", f -> f.element("model.bn1.running_var", 2, -1));
    all.put("a variance that is NaN", f -> f.element("model.bn1.running_var", 2, Float.NaN));
    all.put(
        "a count of -1",
        f -> f.tensor("model.bn1.num_batches_tracked", HostTensor.ofLongs(new long[] {-1})));
    all.put(
        "a count as float",
        f -> f.tensor("model.bn1.num_batches_tracked", HostTensor.ofFloats(new float[] {1})));
    all.put("another tensor", f -> f.tensor("more", nothing));
    all.put("memory-off without memory", f -> f.tensor("memory-off.bn1.running_mean", nothing));
    for (String name : List.of("correct", "predicted", "margin", "g_b3")) {
      all.put(
          "float " + name,
          f -> f.tensor("epoch.dynamics." + name, HostTensor.ofFloats(new float[9], 9)));
    }
    all.put(
        "classes beyond the last",
        f -> f.tensor("epoch.dynamics.predicted", HostTensor.ofInts(new int[] {99}, 1)));
    all.put(
        "margins that are NaN",
        f -> f.tensor("epoch.dynamics.margin", HostTensor.ofHalves(new float[] {Float.NaN}, 1)));
    all.put("dynamics 2^62×0", f -> f.tensor("epoch.dynamics.loss", half(1L << 62, 0)));
  }

  private static HostTensor empty(long... shape) {
    return HostTensor.ofFloats(new float[0], shape);
  }

  private static HostTensor half(long... shape) {
    return HostTensor.ofHalves(new float[0], shape);
  }

  private static void json(
      Map<String, Consumer<CraftedFile>> all, String key, String pointer, String value) {
    all.put(key + pointer + " " + value, f -> f.json(key, pointer, value));
  }

  /** Changes that are unusual and legal, by what they are. */
  public static Map<String, Consumer<CraftedFile>> legal() {
    Map<String, Consumer<CraftedFile>> all = new LinkedHashMap<>();
    json(all, DATA, "/height", "1");
    json(all, DATA, "/width", "16384");
    json(all, DATA, "/std", "[1e-30,1,1000]");
    json(all, DATA, "/mean", "[0,-1,2]");
    json(all, DATA, "/dataSha256", "null");
    json(all, PROGRESS, "/best", "null");
    json(all, PROGRESS, "/effort/images", "9223372036854775807");
    all.put("totals without skipped", f -> f.withoutJson(PROGRESS, "/totals/skipped"));
    all.put("a variance of 0", f -> f.fill("model.bn1.running_var", 0));
    all.put("weights of 3e38", f -> f.fill(WEIGHT, 3e38f));
    all.put(
        "thresholds",
        f -> f.text("skipping", "{\"thresholds\":[0.5],\"blend\":\"SOFT\",\"chosenOn\":\"val\"}"));
    return all;
  }

  /**
   * Makes one seeded change, legal or not.
   *
   * @return what it was, for the message of a test that fails
   */
  public static String change(CraftedFile file, Random random) {
    List<String> tensors = file.tensors();
    String name = tensors.get(random.nextInt(tensors.size()));
    switch (random.nextInt(8)) {
      case 0, 1, 2, 3 -> {
        String key = random.nextBoolean() ? DATA : PROGRESS;
        List<String> places = new ArrayList<>();
        collect(file.json(key), "", places);
        String place = places.get(random.nextInt(places.size()));
        String value = ODD.get(random.nextInt(ODD.size()));
        file.json(key, place, value);
        return "%s%s = %s".formatted(key, place, value);
      }
      case 4 -> {
        String[] lines = file.text("config").split("\n", -1);
        int line = random.nextInt(lines.length);
        String value = ODD.get(random.nextInt(ODD.size()));
        lines[line] = lines[line].replaceFirst(":.*", ": " + value.replace("$", ""));
        file.text("config", String.join("\n", lines));
        return "config line %d: %s".formatted(line, lines[line]);
      }
      case 5 -> {
        file.withoutTensor(name);
        return "without " + name;
      }
      case 6 -> {
        long[] shape = {1L << random.nextInt(63), random.nextInt(3)};
        HostTensor other =
            random.nextBoolean()
                ? HostTensor.ofInts(new int[5], 5)
                : HostTensor.ofFloats(new float[0], shape[0], 0);
        file.tensor(name, other);
        return name + " as " + other;
      }
      default -> {
        float value =
            List.of(Float.NaN, Float.POSITIVE_INFINITY, -1f, 0f, 3e38f).get(random.nextInt(5));
        if (file.type(name).equals("F32")) {
          file.fill(name, value);
        }
        return name + " filled with " + value;
      }
    }
  }

  private static void collect(JsonNode node, String path, List<String> places) {
    if (!path.isEmpty()) {
      places.add(path);
    }
    if (node.isObject()) {
      node.properties()
          .forEach(entry -> collect(entry.getValue(), path + "/" + entry.getKey(), places));
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      collect(node.get(i), path + "/" + i, places);
    }
  }
}
