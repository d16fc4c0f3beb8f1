package dev.softgate.interop.pytorch;

import dev.softgate.interop.Quoted;
import dev.softgate.interop.pytorch.PickleValues.Dictionary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a saved object means: which of its parts is the state dict, and what stands beside it.
 *
 * @param tensors the state dict, names without a {@code module.} that all have
 * @param beside the entries beside it, if it is part of a training checkpoint; nothing otherwise
 */
record TorchCheckpoint(Map<String, TorchView> tensors, Map<String, Object> beside) {

  /** Under which a training checkpoint has its state dict, in the order of trust. */
  private static final List<String> STATE_DICT_KEYS =
      List.of("state_dict", "model_state_dict", "model", "net");

  private static final int MAX_TENSORS = 50_000;
  private static final int MAX_KEYS_NAMED = 12;

  /** What DataParallel and DistributedDataParallel put before each name. */
  private static final String WRAPPER = "module.";

  /**
   * Finds the state dict: under one of the keys, or else the object itself.
   *
   * @throws dev.softgate.BadInputException if there is none, or something in it is no tensor
   */
  static TorchCheckpoint of(Object root, TorchRefusal refusal) {
    if (!(root instanceof Dictionary dictionary)) {
      throw refusal.unsupported(
          "it holds %s, not a dict of tensors".formatted(PickleValues.describe(root)));
    }
    Map<Object, Object> entries = dictionary.entries();
    for (String key : STATE_DICT_KEYS) {
      if (entries.get(key) instanceof Dictionary stateDict) {
        return new TorchCheckpoint(
            tensors(stateDict, Quoted.quoted(key), refusal), beside(entries, key));
      }
    }
    if (entries.values().stream().noneMatch(TorchView.class::isInstance)) {
      throw refusal.unsupported(
          "it holds no state dict, neither itself nor under %s; its keys are %s"
              .formatted(String.join(", ", STATE_DICT_KEYS), keys(entries)));
    }
    return new TorchCheckpoint(tensors(dictionary, "its state dict", refusal), Map.of());
  }

  private static String keys(Map<Object, Object> entries) {
    return Quoted.oneLine(
        entries.keySet().stream()
            .limit(MAX_KEYS_NAMED)
            .map(key -> key instanceof String text ? text : PickleValues.describe(key))
            .collect(Collectors.joining(", ")));
  }

  private static Map<String, TorchView> tensors(
      Dictionary stateDict, String where, TorchRefusal refusal) {
    if (stateDict.entries().isEmpty()) {
      throw refusal.unsupported(where + " is empty");
    }
    if (stateDict.entries().size() > MAX_TENSORS) {
      throw refusal.unsupported(
          "%s has %d entries, and %d are the most"
              .formatted(where, stateDict.entries().size(), MAX_TENSORS));
    }
    Map<String, TorchView> tensors = new LinkedHashMap<>();
    stateDict
        .entries()
        .forEach(
            (key, value) -> {
              if (!(key instanceof String name)) {
                throw refusal.unsupported(
                    "a name in %s is %s".formatted(where, PickleValues.describe(key)));
              }
              if (!(value instanceof TorchView view)) {
                throw refusal.unsupported(
                    "%s in %s is %s, not a tensor"
                        .formatted(Quoted.quoted(name), where, PickleValues.describe(value)));
              }
              tensors.put(name, view);
            });
    return withoutWrapper(tensors);
  }

  private static Map<String, TorchView> withoutWrapper(Map<String, TorchView> tensors) {
    if (!tensors.keySet().stream().allMatch(name -> name.startsWith(WRAPPER))) {
      return tensors;
    }
    Map<String, TorchView> shorter = new LinkedHashMap<>();
    tensors.forEach((name, view) -> shorter.put(name.substring(WRAPPER.length()), view));
    return shorter;
  }

  private static Map<String, Object> beside(Map<Object, Object> entries, String stateDictKey) {
    Map<String, Object> beside = new LinkedHashMap<>();
    entries.forEach(
        (key, value) -> {
          if (key instanceof String name && !name.equals(stateDictKey)) {
            beside.put(name, value);
          }
        });
    return beside;
  }
}
