package dev.softgate.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.config.RunConfig;
import dev.softgate.data.Dataset;
import dev.softgate.data.ImageSet;
import dev.softgate.model.ModelSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StepEstimateTest {

  private static final ModelSpec SPEC =
      RunConfig.defaults().with(Map.of("depth", "110")).model().spec(10);

  private static Dataset images(int width, int height) {
    ImageSet one = ImageSet.of(new byte[3 * width * height], new int[1], 3, height, width);
    return new Dataset("x", List.of("a"), one, one, "", "");
  }

  @Test
  void announcesLongSteps() {
    assertThat(StepEstimate.announcement(SPEC, images(640, 480), 1000, 32, 2))
        .startsWith("a step of 32 images of 640×480 pixels takes about 3 minutes, an epoch of 1000")
        .hasLineCount(1);
  }

  @Test
  void ignoresShortSteps() {
    assertThat(StepEstimate.announcement(SPEC, images(32, 32), 45_000, 128, 1)).isNull();
    assertThat(StepEstimate.announcement(SPEC, images(640, 480), 2, 128, 2)).isNull();
  }
}
