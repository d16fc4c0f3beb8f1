package dev.softgate.data;

import static dev.softgate.data.OneLineErrors.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListFileTest {

  @TempDir Path dir;
  private Path list;

  @BeforeEach
  void writeImages() throws IOException {
    list = dir.resolve("lists").resolve("set.csv");
    Files.createDirectories(list.getParent());
    for (int i = 0; i < 6; i++) {
      TestImages.write(
          TestImages.gray(6, 4, i), dir.resolve("images").resolve("a,%d.png".formatted(i)));
    }
  }

  private Dataset load(String text, boolean skipBad) throws IOException {
    Files.writeString(list, text);
    return Datasets.load(
        new DatasetRequest(
            "list:" + list,
            Path.of("unused"),
            null,
            0,
            null,
            new Decoding(Decoding.AUTO, Resize.CROP, skipBad, Decoding.NONE, 2)),
        DownloadListener.NONE);
  }

  @Test
  void keepsTheOrderOfTheList() throws IOException {
    Dataset set =
        load(
            """
            path,label,split
            "../images/a,3.png",dog,train
            "../images/a,1.png",cat,
            "../images/a,0.png",dog,Test
            "../images/a,4.png",bird,valid
            "%s",cat,validation
            """
                .formatted(dir.resolve("images/a,5.png")),
            false);
    assertThat(set.classNames()).containsExactly("bird", "cat", "dog");
    assertThat(set.train().labels()).containsExactly(2, 1, 0, 1);
    assertThat(set.validation()).containsExactly(2, 3);
    assertThat(set.test().labels()).containsExactly(2);
    for (int id = 0; id < 4; id++) {
      int gray = new int[] {3, 1, 4, 5}[id];
      assertThat(set.train().pixels(id)[0]).isEqualTo((byte) gray);
      assertThat(set.train().path(id)).isEqualTo(dir.resolve("images/a,%d.png".formatted(gray)));
    }
    assertThat(set.source()).isEqualTo("list " + list);
  }

  @Test
  void namesAllMissingFilesOrLeavesThemOut() throws IOException {
    String text =
        "path,label\nno1.png,x\n\"../images/a,1.png\",x\nno2.png,y\n\"../images/a,2.png\",y\n";
    assertRejected(() -> load(text, false), "2 of 4", "no1.png", "no2.png", "skip-bad");
    assertThat(load(text, true).train().labels()).containsExactly(0, 1);
  }

  @Test
  void namesTheLineThatIsWrong() {
    assertRejected(() -> load("path,class\na.png,x\n", false), "label", "missing");
    assertRejected(() -> load("path,label\na.png,x\n,y\n", false), "line 3", "path");
    assertRejected(() -> load("path,label\na.png,x\nb.png,\n", false), "line 3", "class");
    assertRejected(
        () -> load("path,label,split\na.png,x,train\nb.png,y,dev\n", false), "line 3", "\"dev\"");
    assertRejected(() -> load("path,label\na.png,x\n", false), "1 class:", "2 or more");
    assertRejected(
        () -> load("path,label,split\na.png,x,test\nb.png,y,test\n", false), "to train on");
    assertRejected(() -> load("path,label\n", false), "set.csv");
  }
}
