package dev.softgate.run;

import dev.softgate.data.Normalization;
import dev.softgate.interop.Safetensors;
import dev.softgate.interop.pytorch.TorchFile;
import dev.softgate.model.StateRecognition;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the user knows about a network that was trained elsewhere.
 *
 * @param file the file with its parameters
 * @param key where in the file they are; null to look for them
 * @param hints what names and shapes do not tell
 * @param normalization the normalization that it expects; null if unknown
 * @param imageSize the size of its images, as the setting spells it; null for the usual one
 * @param classNames a file with the names of its classes; null if there is none
 * @param featuresOnly whether its classifier, if there is one, is left out
 */
public record ImportRequest(
    Path file,
    @Nullable String key,
    StateRecognition.Hints hints,
    @Nullable Normalization normalization,
    @Nullable String imageSize,
    @Nullable Path classNames,
    boolean featuresOnly) {

  /** The file's tensors, in any known format, and what else it holds. */
  TorchFile.Contents contents() {
    return Safetensors.begins(file)
        ? new TorchFile.Contents(
            Safetensors.read(file).tensors(), Map.of(), Map.of(), key == null ? "" : key)
        : TorchFile.read(file, key);
  }
}
