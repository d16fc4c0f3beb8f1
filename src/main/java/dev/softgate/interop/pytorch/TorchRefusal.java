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

  /** The file names a function or class that is neither a tensor's nor a container's. */
  BadInputException notAdmitted(String module, String name) {
    return new BadInputException(
        file
            + " asks for "
            + Quoted.oneLine(module + "." + name)
            + ", and only tensors and containers are admitted, because anything else could"
            + " run code; save the state_dict() alone, and do not load the file in Python"
            + " unless you trust it");
  }
}
