package dev.softgate.model;

import dev.softgate.BadInputException;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.Quoted;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Finds a network among the names of a file, without wrappers' parts and below any prefix.
 *
 * @param network under names that begin with {@code conv1}, {@code layer1}
 * @param counters single numbers among them, such as {@code n_averaged}
 * @param passedOver the others: what was counted, by name or by the beginning of several names
 */
record StateNames(
    Map<String, HostTensor> network,
    Map<String, HostTensor> counters,
    Map<String, String> passedOver) {

  /** What data-parallel, compiled, sharded and re-computed modules put into their names. */
  private static final Set<String> WRAPPERS =
      Set.of(
          "module",
          "_orig_mod",
          "_fsdp_wrapped_module",
          "_checkpoint_wrapped_module",
          "_forward_module");

  /** The counter of torch.optim.swa_utils.AveragedModel. */
  private static final String AVERAGED = "n_averaged";

  /** What profilers leave in each layer. */
  private static final Set<String> PROFILES = Set.of("total_ops", "total_params");

  private static final Pattern UNIT = Pattern.compile("(layer\\d\\.\\d+|o\\d?[12])\\..*");
  private static final List<String> CLASSIFIERS =
      List.of("fc", "linear", "classifier", "classifier.1", "head", "head.fc", "last_linear");
  private static final Pattern BACKBONE = Pattern.compile("(conv1|bn1|bn|layer\\d|o\\d?[12])\\..*");

  private static final int MAX_NAMED = 12;

  /** Sorts the names of the network under a prefix, empty for any. */
  static StateNames of(Map<String, HostTensor> tensors, String prefix) {
    Map<String, HostTensor> network = new LinkedHashMap<>();
    Map<String, HostTensor> counters = new LinkedHashMap<>();
    Map<String, Integer> passedOver = new LinkedHashMap<>();
    Map<String, HostTensor> plain = unwrapped(tensors);
    plain.forEach(
        (name, tensor) -> {
          String last = name.substring(name.lastIndexOf('.') + 1);
          if (last.equals(AVERAGED) && tensor.elements() == 1) {
            counters.put(name, tensor);
          } else if (PROFILES.contains(last)) {
            passedOver.merge(last, 1, Integer::sum);
          } else {
            network.put(name, tensor);
          }
        });
    Set<String> roots = roots(network.keySet());
    if (!prefix.isEmpty()) {
      roots.removeIf(root -> !root.startsWith(prefix + "."));
    }
    if (roots.size() > 1 || (roots.isEmpty() && !prefix.isEmpty())) {
      throw several(prefix, prefix.isEmpty() ? roots : roots(network.keySet()));
    }
    Map<String, HostTensor> below =
        roots.isEmpty() ? network : below(roots.iterator().next(), network, passedOver);
    Map<String, String> described = new LinkedHashMap<>();
    passedOver.forEach(
        (name, count) -> described.put(name, count == 1 ? "a tensor" : count + " tensors"));
    return new StateNames(below, counters, described);
  }

  /** The same without tensors outside the backbone, which are skipped. */
  StateNames withoutClassifier() {
    Map<String, HostTensor> backbone = new LinkedHashMap<>();
    Map<String, String> others = new LinkedHashMap<>(passedOver);
    network.forEach(
        (name, tensor) -> {
          if (BACKBONE.matcher(name).matches()) {
            backbone.put(name, tensor);
          } else {
            others.put(name, "a tensor");
          }
        });
    return new StateNames(backbone, counters, others);
  }

  private static BadInputException several(String prefix, Set<String> roots) {
    String list =
        roots.stream()
            .limit(MAX_NAMED)
            .map(
                root ->
                    root.isEmpty()
                        ? "one at the top (conv1.weight, ...)"
                        : Quoted.oneLine(
                            "%s (%sconv1.weight, ...)"
                                .formatted(root.substring(0, root.length() - 1), root)))
            .collect(Collectors.joining(", "));
    return new BadInputException(
        prefix.isEmpty()
            ? "the file holds several networks: " + list + "; choose one with {key}"
            : "{key} %s: no network's names begin with it; the file has %s"
                .formatted(prefix, list.isEmpty() ? "none" : list));
  }

  /** Names without wrappers' parts; unchanged if two would then be equal. */
  private static Map<String, HostTensor> unwrapped(Map<String, HostTensor> tensors) {
    Map<String, HostTensor> plain = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) ->
            plain.put(
                Arrays.stream(name.split("\\.", -1))
                    .filter(part -> !WRAPPERS.contains(part))
                    .collect(Collectors.joining(".")),
                tensor));
    return plain.size() == tensors.size() ? plain : tensors;
  }

  /** What precedes {@code conv1.weight} where a network begins, not a unit. */
  private static Set<String> roots(Set<String> names) {
    String stem = "conv1.weight";
    return names.stream()
        .filter(name -> name.equals(stem) || name.endsWith("." + stem))
        .map(name -> name.substring(0, name.length() - stem.length()))
        .filter(root -> !names.contains(root + "conv2.weight"))
        .filter(
            root ->
                names.stream()
                    .anyMatch(
                        name ->
                            name.startsWith(root)
                                && UNIT.matcher(name.substring(root.length())).matches()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Map<String, HostTensor> below(
      String root, Map<String, HostTensor> all, Map<String, Integer> passedOver) {
    Map<String, HostTensor> below = new LinkedHashMap<>();
    String classifier = classifier(root, all.keySet());
    all.forEach(
        (name, tensor) -> {
          if (name.startsWith(root)) {
            below.put(name.substring(root.length()), tensor);
          } else if (!classifier.isEmpty() && name.startsWith(classifier)) {
            below.put("fc." + name.substring(classifier.length()), tensor);
          } else {
            int dot = name.indexOf('.');
            passedOver.merge(dot < 0 ? name : name.substring(0, dot + 1) + "*", 1, Integer::sum);
          }
        });
    return below;
  }

  /** The prefix of a classifier that is stored beside the network; empty if there is none. */
  private static String classifier(String root, Set<String> names) {
    if (CLASSIFIERS.stream().anyMatch(name -> names.contains(root + name + ".weight"))) {
      return "";
    }
    String parent = root;
    while (!parent.isEmpty()) {
      parent = parent.substring(0, parent.lastIndexOf('.', parent.length() - 2) + 1);
      for (String name : CLASSIFIERS) {
        if (names.contains(parent + name + ".weight")) {
          return parent + name + ".";
        }
      }
    }
    return "";
  }
}
