package dev.softgate.model;

import dev.softgate.interop.HostTensor;
import dev.softgate.interop.Quoted;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Other programs' names of residual networks, and the networks that this program has not. */
final class ForeignNames {

  /** Hugging Face's names of layers, and torchvision's. */
  private static final List<Renaming> TRANSFORMERS =
      List.of(
          renaming("embedder\\.embedder\\.convolution\\.", "conv1."),
          renaming("embedder\\.embedder\\.normalization\\.", "bn1."),
          renaming("shortcut\\.convolution\\.", "downsample.0."),
          renaming("shortcut\\.normalization\\.", "downsample.1."));

  private static final Pattern TRANSFORMERS_UNIT =
      Pattern.compile("(^|\\.)encoder\\.stages\\.(\\d)\\.layers\\.(\\d+)\\.");
  private static final Pattern TRANSFORMERS_LAYER =
      Pattern.compile("\\.layer\\.(\\d)\\.(convolution|normalization)\\.");
  private static final Pattern CLASSIFIER =
      Pattern.compile("(?:linear|classifier|head\\.fc|head|last_linear|fc)(?:\\.\\d+)?\\.(\\w+)");
  private static final Pattern SHORTCUT = Pattern.compile("\\.shortcut\\.(\\d)");

  private static final String UNIT = "(^|\\.)layer\\d\\.\\d+";

  /** What other networks are told by, and what they have; the first that fits is named. */
  private static final List<Variant> VARIANTS =
      List.of(
          variant("(^|\\.)(cls_token|class_token|pos_embed|patch_embed\\..*)$", "attention (ViT)"),
          variant("(^|\\.)attnpool\\.", "attention pooling, as CLIP's ResNets"),
          variant("(^|\\.)stages\\.\\d+\\.blocks\\.\\d+\\.norm\\d\\.", "group norm, as BiT"),
          variant("(^|\\.)stages\\.\\d+\\.", "stages of another family, such as ConvNeXt"),
          variant("(^|\\.)(conv_stem|features\\.\\d+)\\.", "layers of another family"),
          variant("\\.filt$|\\.aa\\.", "blur pooling (anti-aliased)"),
          variant("(?<!\\d\\.)(?<=^|\\.)conv1\\.\\d+\\.weight$", "a deep stem, as resnet50d"),
          variant(UNIT + "\\.(se|se_module|eca|attn)\\.", "attention to channels, as SE-ResNets"),
          variant(
              UNIT + "\\.(convs\\.|conv\\d\\.)(conv|fc|\\d)", "split convolutions, as Res2Net"));

  private record Renaming(Pattern from, String to) {}

  private record Variant(Pattern sign, String has) {}

  private ForeignNames() {}

  private static Renaming renaming(String from, String to) {
    return new Renaming(Pattern.compile("(^|\\.)" + from), "$1" + to);
  }

  private static Variant variant(String sign, String has) {
    return new Variant(Pattern.compile(sign), has);
  }

  /** Hugging Face's names as torchvision's; others unchanged. */
  static Map<String, HostTensor> asTorchvision(Map<String, HostTensor> tensors) {
    Map<String, HostTensor> renamed = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> renamed.put(asTorchvision(name), tensor));
    return renamed.size() == tensors.size() ? renamed : tensors;
  }

  private static String asTorchvision(String name) {
    String plain = name;
    for (Renaming each : TRANSFORMERS) {
      plain = each.from.matcher(plain).replaceFirst(each.to);
    }
    Matcher unit = TRANSFORMERS_UNIT.matcher(plain);
    if (!unit.find()) {
      return plain;
    }
    String inside = ".layer" + (Integer.parseInt(unit.group(2)) + 1) + "." + unit.group(3) + ".";
    plain = plain.substring(0, unit.start()) + inside + plain.substring(unit.end());
    plain =
        TRANSFORMERS_LAYER
            .matcher(plain)
            .replaceFirst(
                layer ->
                    (layer.group(2).startsWith("c") ? ".conv" : ".bn")
                        + (Integer.parseInt(layer.group(1)) + 1)
                        + ".");
    return unit.start() == 0 ? plain.substring(1) : plain;
  }

  /** A network's parameters under the names that they have here. */
  static Map<String, HostTensor> own(Map<String, HostTensor> network) {
    Map<String, HostTensor> own = new LinkedHashMap<>();
    network.forEach(
        (name, tensor) -> {
          Matcher classifier = CLASSIFIER.matcher(name);
          String plain =
              classifier.matches()
                  ? "fc." + classifier.group(1)
                  : SHORTCUT.matcher(name).replaceFirst(".downsample.$1");
          if (own.put(plain, tensor) != null) {
            throw StateRecognition.unfit(
                "its classifier has several layers, of which %s is one; for the features alone, add {features-only}"
                    .formatted(Quoted.oneLine(name)));
          }
        });
    return own;
  }

  /**
   * Refuses networks that are like this program's but for what it does not have.
   *
   * @throws dev.softgate.BadInputException naming what that is, and a tensor that tells it
   */
  static void requireBuilt(Map<String, HostTensor> network) {
    for (Variant variant : VARIANTS) {
      for (String name : network.keySet()) {
        if (variant.sign.matcher(name).find()) {
          throw unbuilt(variant.has, name);
        }
      }
    }
    network.forEach(
        (name, tensor) -> {
          if (name.endsWith(".downsample.1.weight") && tensor.shape().length == 4) {
            throw unbuilt("average pooling in its shortcuts, as resnet50d", name);
          }
          HostTensor before = network.get(name.replace(".conv2.weight", ".conv1.weight"));
          if (name.endsWith(".conv2.weight") && before != null) {
            requireUngrouped(name, tensor.shape(), before.shape());
          }
        });
    boolean batchNorm = network.keySet().stream().anyMatch(name -> name.endsWith("running_mean"));
    if (!batchNorm && network.containsKey("layer1.0.bn1.weight")) {
      throw unbuilt("norms without running means, as group norm", "layer1.0.bn1.weight");
    }
  }

  private static void requireUngrouped(String name, long[] shape, long[] before) {
    if (shape.length == 4 && before.length == 4 && shape[1] > 0 && before[0] > shape[1]) {
      throw unbuilt(
          "%d groups in its convolutions, as ResNeXt".formatted(before[0] / shape[1]), name);
    }
  }

  private static RuntimeException unbuilt(String has, String name) {
    return StateRecognition.unfit(
        "it has %s (%s); plain ResNets such as torchvision's and timm's resnet50 can be imported"
            .formatted(has, Quoted.oneLine(name)));
  }
}
