package dev.softgate.interop.pytorch;

import dev.softgate.BadInputException;
import dev.softgate.interop.Quoted;
import java.nio.file.Path;

/**
 * The errors for one PyTorch checkpoint, or another pickle: what is wrong, in which file, and what
 * to do.
 *
 * @param what what the file should be, such as {@code PyTorch checkpoint}
 */
record TorchRefusal(Object file, String what) {

  TorchRefusal(Path file) {
    this(file, "PyTorch checkpoint");
  }

  /** The bytes violate the format: the file is damaged, truncated, or malicious. */
  BadInputException damaged(String reason) {
    return new BadInputException(
        file + " is not a usable " + what + ": " + reason + "; fetch or write the file again");
  }

  /** The file may be valid, but its contents are not supported. */
  BadInputException unsupported(String reason) {
    return new BadInputException(
        file + " cannot be used: " + reason + "; save the state_dict() alone with torch.save");
  }

  /** The file's tensors would exceed the memory limit. */
  BadInputException tooLarge(String reason) {
    return new BadInputException(
        file + " is too large: " + reason + "; save the state_dict() of one network alone");
  }

  /** The file names a function that no state dict needs but an attacker would. */
  BadInputException acts(String name) {
    return new BadInputException(
        file
            + " asks for "
            + Quoted.oneLine(name)
            + ", which no "
            + (file instanceof Path ? "saved network" : what)
            + " needs and which could run code in Python. Nothing was run"
            + " here; do not load the file in Python unless you trust it");
  }

  /** There is no state dict under the requested key. */
  BadInputException noKey(String key, String candidates) {
    return new BadInputException(
        "{key} %s: %s has no network there; it has %s"
            .formatted(Quoted.oneLine(key), file, candidates));
  }

  /** The file contains several state dicts; the list gives each with its key and first name. */
  BadInputException ambiguous(String candidates) {
    return new BadInputException(
        file + " holds several networks: " + candidates + "; choose one with {key}");
  }
}
