package dev.softgate.training;

import static java.util.Objects.requireNonNull;

import dev.softgate.BadInputException;
import dev.softgate.interop.ElementType;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.Safetensors;
import dev.softgate.interop.Safetensors.Described;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a run recorded about each training image in each epoch, read from its folder {@code
 * dynamics}. {@code images.safetensors} lists the images. {@code epoch-0001.safetensors} and so on
 * hold one array of N for each quantity, in the order of that list. Epoch files are numbered from
 * 1, as checkpoints are; all files are sealed.
 *
 * <p>The quantities of the network are {@code margin}, {@code loss}, {@code error_norm} and {@code
 * correct}, as {@link dev.softgate.scoring.ImageSignals} defines them on the given label, and
 * {@code predicted}, the predicted class. Those of each gate are {@code g_b3} (for the gate on
 * stage 3), where it is a classifier {@code entropy_b3} in nats, and where it has a loss of its own
 * {@code gate_loss_b3} in nats on the given label. They are float16, except correctness, 0 or 1 in
 * one byte, and the class, in one byte or, with more than 256 classes, in four: {@code 2·quantities
 * − 2} bytes an image and epoch with few classes.
 */
public final class TrainingDynamics {

  /** Whether an image is classified as given, 0 or 1. */
  public static final String CORRECT = "correct";

  /** The class that an image is classified as. */
  public static final String PREDICTED = "predicted";

  private static final Pattern EPOCH_FILE = Pattern.compile("epoch-(\\d{4,9})\\.safetensors");
  private static final String FORMAT = "softgate-dynamics-1";
  private static final String IDS = "ids";
  private static final String GIVEN = "given";
  private static final String CLEAN = "clean";

  /** The quantities that every version has written. */
  private static final Set<String> ALWAYS = Set.of("margin", "loss", "error_norm", CORRECT);

  private static final Set<String> IMAGES = Set.of(IDS, GIVEN, CLEAN);
  private static final int BYTE_CLASSES = 256;

  private final boolean plain;
  private final int[] ids;
  private final int[] given;
  private final int @Nullable [] clean;
  private final List<Map<String, HostTensor>> epochs;

  private TrainingDynamics(
      boolean plain,
      int[] ids,
      int[] given,
      int @Nullable [] clean,
      List<Map<String, HostTensor>> epochs) {
    this.plain = plain;
    this.ids = ids;
    this.given = given;
    this.clean = clean;
    this.epochs = epochs;
  }

  /**
   * Reads what a run has written so far.
   *
   * @param runFolder the run's folder
   * @throws BadInputException if there is nothing, or a file is missing, damaged or of other images
   */
  public static TrainingDynamics open(Path runFolder) {
    Path folder = runFolder.resolve("dynamics");
    int last = Files.isRegularFile(imagesFile(folder)) ? lastEpoch(folder) : -1;
    if (last < 0) {
      throw new BadInputException(
          "%s has no dynamics of training images; train with {dynamics} augmented or plain, an epoch at least"
              .formatted(runFolder));
    }
    Safetensors.Contents images = readImages(imagesFile(folder));
    HostTensor clean = images.tensors().get(CLEAN);
    int[] ids = ints(images.tensor(IDS));
    List<Map<String, HostTensor>> epochs = new ArrayList<>();
    for (int epoch = 0; epoch <= last; epoch++) {
      Map<String, HostTensor> quantities = readEpoch(epochFile(folder, epoch), ids.length);
      boolean fits = epoch == 0 || quantities.keySet().containsAll(epochs.get(0).keySet());
      if (!fits) {
        throw new BadInputException(
            "%s is of other images or quantities than the files before it; restore it"
                .formatted(epochFile(folder, epoch)));
      }
      epochs.add(quantities);
    }
    return new TrainingDynamics(
        "plain".equals(images.metadata().get("mode")),
        ids,
        ints(images.tensor(GIVEN)),
        clean == null ? null : ints(clean),
        epochs);
  }

  /** Which images there are. */
  private static Safetensors.Contents readImages(Path file) {
    try (Safetensors.Sealed sealed = sealed(file)) {
      long images = -1;
      for (Map.Entry<String, Described> entry : sealed.tensors().entrySet()) {
        Described tensor = entry.getValue();
        if (!IMAGES.contains(entry.getKey())
            || tensor.type() != ElementType.I32
            || tensor.shape().size() != 1
            || (images >= 0 && tensor.elements() != images)) {
          throw refused(file.toString(), entry.getKey() + " cannot be " + tensor);
        }
        images = tensor.elements();
      }
      Safetensors.Contents contents = sealed.contents();
      if (!contents.tensors().keySet().containsAll(List.of(IDS, GIVEN))) {
        throw refused(file.toString(), "lacks ids or given labels");
      }
      long before = -1;
      for (long id : contents.tensor(IDS).toLongs()) {
        if (id <= before) {
          throw refused(file.toString(), "ids are not ascending from 0");
        }
        before = id;
      }
      for (String labels : List.of(GIVEN, CLEAN)) {
        HostTensor tensor = contents.tensors().get(labels);
        if (tensor != null && Arrays.stream(tensor.toLongs()).anyMatch(k -> k < 0)) {
          throw refused(file.toString(), labels + " has a class below 0");
        }
      }
      return contents;
    }
  }

  /** Reads the quantities of an epoch. */
  private static Map<String, HostTensor> readEpoch(Path file, long images) {
    try (Safetensors.Sealed sealed = sealed(file)) {
      sealed
          .tensors()
          .forEach((name, tensor) -> requireType(file + ": " + name, name, tensor, images));
      Map<String, HostTensor> quantities = sealed.contents().tensors();
      for (String quantity : ALWAYS) {
        if (!quantities.containsKey(quantity)) {
          throw refused(file.toString(), "lacks " + quantity);
        }
      }
      quantities.forEach(
          (name, tensor) -> requireValues(file + ": " + name, name, tensor, Integer.MAX_VALUE));
      return quantities;
    }
  }

  private static Safetensors.Sealed sealed(Path file) {
    Safetensors.Sealed sealed = Safetensors.openSealed(file);
    if (!FORMAT.equals(sealed.metadata().get("format"))) {
      sealed.close();
      throw new BadInputException(
          file + " is not of this version of Softgate; give a run that it trained");
    }
    return sealed;
  }

  /**
   * Checks the type and shape of a quantity in a header.
   *
   * @param where names them in messages
   * @param images N; −1 for any
   * @throws BadInputException if {@link #tensor} makes no such tensor
   */
  static void requireType(String where, String quantity, Described tensor, long images) {
    Set<ElementType> types =
        switch (quantity) {
          case CORRECT -> Set.of(ElementType.BOOL);
          case PREDICTED -> Set.of(ElementType.U8, ElementType.I32);
          default -> Set.of(ElementType.F16);
        };
    if (!types.contains(tensor.type())
        || tensor.shape().size() != 1
        || (images >= 0 && tensor.elements() != images)) {
      throw refused(
          where,
          "must be one number of %s an image%s, found %s"
              .formatted(types, images < 0 ? "" : " of " + images, tensor));
    }
  }

  /**
   * Checks the numbers of a quantity, of the right type. Infinity is legal: float16 ends at 65,504.
   *
   * @param where names them in messages
   * @param classes K
   * @throws BadInputException if one cannot be
   */
  static void requireValues(String where, String quantity, HostTensor tensor, int classes) {
    int most = quantity.equals(CORRECT) ? 1 : classes - 1;
    for (float value : floats(tensor)) {
      boolean fits =
          tensor.type() == ElementType.F16 ? !Float.isNaN(value) : value >= 0 && value <= most;
      if (!fits) {
        throw refused(where, "holds " + value);
      }
    }
  }

  private static BadInputException refused(String where, String problem) {
    return new BadInputException("%s %s; restore the file".formatted(where, problem));
  }

  /** How many epochs there are. */
  public int epochs() {
    return epochs.size();
  }

  /**
   * Whether a pass of its own over the images as they are gave the values, after each epoch; else
   * the training step did, on augmented images.
   */
  public boolean plain() {
    return plain;
  }

  /** int32, N: the ids of the images in the train set, ascending; a copy, as are all arrays. */
  public int[] ids() {
    return ids.clone();
  }

  /** int32, N, in [0, K): the labels that training was given. */
  public int[] given() {
    return given.clone();
  }

  /** int32, N, in [0, K): the true labels; null where they are not known. */
  public int @Nullable [] clean() {
    return clean == null ? null : clean.clone();
  }

  /** The names of the quantities, of all epochs; an earlier version wrote fewer. */
  public Set<String> quantities() {
    return epochs.get(0).keySet();
  }

  /**
   * The values of a quantity, epochs×N.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public float[][] values(String quantity) {
    if (!quantities().contains(quantity)) {
      throw new IllegalArgumentException("no quantity " + quantity + " among " + quantities());
    }
    return epochs.stream()
        .map(epoch -> floats(requireNonNull(epoch.get(quantity))))
        .toArray(float[][]::new);
  }

  /**
   * Whether each image is classified as it truly is, 0 or 1, epochs×N; null where the true labels,
   * or the classes, were not written down.
   */
  public float @Nullable [][] asTrue() {
    if (clean == null || !quantities().contains(PREDICTED)) {
      return null;
    }
    float[][] values = values(PREDICTED);
    for (float[] epoch : values) {
      for (int i = 0; i < epoch.length; i++) {
        epoch[i] = epoch[i] == clean[i] ? 1 : 0;
      }
    }
    return values;
  }

  static Path imagesFile(Path folder) {
    return folder.resolve("images.safetensors");
  }

  /**
   * The file of an epoch.
   *
   * @param epoch from 0
   */
  static Path epochFile(Path folder, int epoch) {
    return folder.resolve(String.format(Locale.ROOT, "epoch-%04d.safetensors", epoch + 1));
  }

  /** The greatest epoch of which there is a file, from 0; −1 without any. */
  static int lastEpoch(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> EPOCH_FILE.matcher(String.valueOf(file.getFileName())))
          .filter(Matcher::matches)
          .mapToInt(name -> Integer.parseInt(name.group(1)) - 1)
          .max()
          .orElse(-1);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }

  /** Writes which images there are. */
  static void writeImages(
      Path folder, String mode, int[] ids, int[] given, int @Nullable [] clean) {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    tensors.put(IDS, HostTensor.ofInts(ids, ids.length));
    tensors.put(GIVEN, HostTensor.ofInts(given, ids.length));
    if (clean != null) {
      tensors.put(CLEAN, HostTensor.ofInts(clean, ids.length));
    }
    Safetensors.writeSealed(imagesFile(folder), tensors, Map.of("format", FORMAT, "mode", mode));
  }

  /** Writes the quantities of an epoch, counted from 0. */
  static void writeEpoch(Path folder, int epoch, Map<String, HostTensor> quantities) {
    Safetensors.writeSealed(epochFile(folder, epoch), quantities, Map.of("format", FORMAT));
  }

  /** Numbers of a quantity as they are kept. */
  static HostTensor tensor(String quantity, float[] values, int classes) {
    return switch (quantity) {
      case CORRECT -> ofBytes(ElementType.BOOL, values);
      case PREDICTED -> classes <= BYTE_CLASSES ? ofBytes(ElementType.U8, values) : ofInts(values);
      default -> HostTensor.ofHalves(values, values.length);
    };
  }

  private static HostTensor ofBytes(ElementType type, float[] values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (int) values[i];
    }
    return HostTensor.of(type, ByteBuffer.wrap(bytes), bytes.length);
  }

  private static HostTensor ofInts(float[] values) {
    int[] numbers = new int[values.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (int) values[i];
    }
    return HostTensor.ofInts(numbers, numbers.length);
  }

  /** The numbers of a tensor that {@link #tensor} made. */
  static float[] floats(HostTensor tensor) {
    if (tensor.type() == ElementType.F16) {
      return tensor.toFloats();
    }
    long[] numbers = tensor.toLongs();
    float[] values = new float[numbers.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers[i];
    }
    return values;
  }

  private static int[] ints(HostTensor tensor) {
    return Arrays.stream(tensor.toLongs()).mapToInt(Math::toIntExact).toArray();
  }
}
