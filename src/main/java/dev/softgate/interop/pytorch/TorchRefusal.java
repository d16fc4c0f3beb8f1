package dev.softgate.interop.pytorch;

import dev.softgate.BadInputException;
import dev.softgate.interop.Quoted;
import java.nio.file.Path;

/**
 * Words the refusals of one PyTorch checkpoint: what is wrong, in which file, and what to do.
 *
 * @param file named in every message
 */
record TorchRefusal(Path file) {

  /** The bytes depart from the format: the file is damaged, cut short, or made to harm. */
  BadInputException damaged(String reason) {
    return new BadInputException(
        file
            + " is not a usable PyTorch checkpoint: "
            + reason
            + "; fetch or write the file again");
  }

  /** The file may be sound, and holds what this reader does not take. */
  BadInputException unsupported(String reason) {
    return new BadInputException(
        file + " cannot be used: " + reason + "; save the state_dict() alone with torch.save");
  }

  /** The file's tensors would take more memory than they may. */
  BadInputException tooLarge(String reason) {
    return new BadInputException(
        file + " is too large: " + reason + "; save the state_dict() of one network alone");
  }

  /** The file names a function that a state dict has no use for, and an attacker has. */
  BadInputException acts(String name) {
    return new BadInputException(
        file
            + " asks for "
            + Quoted.oneLine(name)
            + ", which no saved network needs and which could run code in Python; nothing of it"
            + " was run here. Do not load the file in Python unless you trust it");
  }

  /** No state dict is where a person says that it is. */
  BadInputException noKey(String key, String candidates) {
    return new BadInputException(
        "--key %s: %s has no network there; it has %s"
            .formatted(Quoted.oneLine(key), file, candidates));
  }

  /** The file holds several state dicts; each line of the list has a key and its first name. */
  BadInputException ambiguous(String candidates) {
    return new BadInputException(
        file + " holds several networks: " + candidates + "; say which with --key");
  }
}
