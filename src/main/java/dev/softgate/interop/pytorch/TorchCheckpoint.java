package dev.softgate.interop.pytorch;

import dev.softgate.interop.Quoted;
import dev.softgate.interop.pytorch.PickleValues.Dictionary;
import dev.softgate.interop.pytorch.PickleValues.Inert;
import dev.softgate.interop.pytorch.PickleValues.Sequence;
import dev.softgate.interop.pytorch.PickleValues.Tuple;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The meaning of a saved object: its state dict and the values beside it.
 *
 * @param key the path of the state dict, such as {@code state.model}; empty for the object itself
 * @param rest the part of the requested key that continues inside the state dict's names
 * @param beside all but the state dict's tensors
 */
record TorchCheckpoint(
    String key, String rest, Map<String, TorchView> tensors, Map<String, Object> beside) {

  /** The usual keys of a state dict in a training checkpoint, most trusted first. */
  private static final List<String> TRUSTED =
      List.of("state_dict", "model_state_dict", "model", "net");

  private static final int MAX_TENSORS = 50_000;
  private static final int MAX_NAMED = 12;
  private static final int MAX_DEPTH = 8;
  private static final int MAX_VISITED = 200_000;

  /** A dictionary with tensors, and its path. */
  private record Candidate(String path, Dictionary dictionary) {

    boolean has(Predicate<String> name) {
      return dictionary.entries().entrySet().stream()
          .anyMatch(
              entry ->
                  entry.getKey() instanceof String text
                      && entry.getValue() instanceof TorchView
                      && name.test(text));
    }

    String named() {
      String first =
          dictionary.entries().entrySet().stream()
              .filter(entry -> entry.getValue() instanceof TorchView)
              .map(entry -> entry.getKey() instanceof String text ? text : "")
              .findFirst()
              .orElse("");
      return "%s (%s, ...)"
          .formatted(
              path.isEmpty() ? "the file itself" : Quoted.oneLine(path), Quoted.oneLine(first));
    }
  }

  private record Place(String path, int depth, Object value) {}

  /**
   * Finds the state dict at a path, possibly followed by the beginning of its names; or anywhere.
   */
  static TorchCheckpoint of(Object root, @Nullable String key, TorchRefusal refusal) {
    List<Candidate> all = candidates(root);
    if (all.isEmpty()) {
      throw refusal.unsupported(whatItIs(root));
    }
    Candidate chosen = key == null ? choose(all, refusal) : keyed(all, key, refusal);
    String rest = key == null ? "" : rest(chosen, key);
    return new TorchCheckpoint(chosen.path(), rest, tensors(chosen, refusal), beside(root, chosen));
  }

  private static List<Candidate> candidates(Object root) {
    List<Candidate> found = new ArrayList<>();
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    ArrayDeque<Place> open = new ArrayDeque<>();
    open.add(new Place("", 0, root));
    while (!open.isEmpty() && seen.size() < MAX_VISITED) {
      Place place = open.remove();
      if (place.depth() > MAX_DEPTH || !seen.add(place.value())) {
        continue;
      }
      String prefix = place.path().isEmpty() ? "" : place.path() + ".";
      if (place.value() instanceof Dictionary dictionary) {
        Candidate candidate = new Candidate(place.path(), dictionary);
        if (candidate.has(name -> true)) {
          found.add(candidate);
        }
        dictionary
            .entries()
            .forEach((key, value) -> visit(open, prefix + text(key), place.depth() + 1, value));
      } else {
        List<Object> items = items(place.value());
        for (int i = 0; i < items.size(); i++) {
          visit(open, prefix + i, place.depth() + 1, items.get(i));
        }
      }
    }
    return found;
  }

  private static void visit(ArrayDeque<Place> open, String path, int depth, Object value) {
    if (open.size() < MAX_VISITED
        && (value instanceof Dictionary || !items(value).isEmpty())
        && path.length() < 1000) {
      open.add(new Place(path, depth, value));
    }
  }

  private static List<Object> items(Object value) {
    return value instanceof Sequence sequence
        ? sequence.items()
        : value instanceof Tuple tuple ? tuple.items() : List.of();
  }

  private static String text(Object key) {
    return key instanceof String || key instanceof Long ? key.toString() : "?";
  }

  /** Chooses the candidate with a network's names, or else the one under the most trusted key. */
  private static Candidate choose(List<Candidate> all, TorchRefusal refusal) {
    List<Predicate<String>> ranks =
        List.of(name -> name.endsWith("conv1.weight"), name -> name.endsWith(".weight"));
    for (Predicate<String> rank : ranks) {
      List<Candidate> fit = all.stream().filter(candidate -> candidate.has(rank)).toList();
      if (fit.size() > 1) {
        throw refusal.ambiguous(list(fit));
      }
      if (fit.size() == 1) {
        return fit.get(0);
      }
    }
    for (String trusted : TRUSTED) {
      for (Candidate candidate : all) {
        if (candidate.path().equals(trusted)) {
          return candidate;
        }
      }
    }
    return all.get(0);
  }

  private static Candidate keyed(List<Candidate> all, String key, TorchRefusal refusal) {
    List<Candidate> fit =
        all.stream()
            .filter(
                candidate -> {
                  String rest = rest(candidate, key);
                  return rest.isEmpty() || candidate.has(name -> name.contains(rest + "."));
                })
            .toList();
    for (Candidate candidate : fit) {
      if (rest(candidate, key).isEmpty()) {
        return candidate;
      }
    }
    if (fit.isEmpty()) {
      throw refusal.noKey(key, list(all));
    }
    if (fit.size() > 1) {
      throw refusal.ambiguous(list(fit));
    }
    return fit.get(0);
  }

  private static String rest(Candidate candidate, String key) {
    if (key.equals(candidate.path())) {
      return "";
    }
    return !candidate.path().isEmpty() && key.startsWith(candidate.path() + ".")
        ? key.substring(candidate.path().length() + 1)
        : key;
  }

  private static String list(List<Candidate> candidates) {
    return candidates.stream()
        .limit(MAX_NAMED)
        .map(Candidate::named)
        .collect(Collectors.joining(", "));
  }

  private static String whatItIs(Object root) {
    if (root instanceof Inert inert) {
      return "it holds a whole object (%s), not a dict of tensors, and such objects are not loaded"
          .formatted(Quoted.oneLine(inert.name()));
    }
    if (!(root instanceof Dictionary dictionary)) {
      return "it holds %s, not a dict of tensors".formatted(PickleValues.describe(root));
    }
    return "it holds no state dict; its keys are "
        + dictionary.entries().entrySet().stream()
            .limit(MAX_NAMED)
            .map(
                entry ->
                    Quoted.oneLine(
                        "%s (%s)"
                            .formatted(
                                text(entry.getKey()), PickleValues.describe(entry.getValue()))))
            .collect(Collectors.joining(", "));
  }

  private static Map<String, TorchView> tensors(Candidate chosen, TorchRefusal refusal) {
    Map<Object, Object> entries = chosen.dictionary().entries();
    if (entries.size() > MAX_TENSORS) {
      throw refusal.unsupported(
          "its state dict has %d entries, more than the maximum of %d"
              .formatted(entries.size(), MAX_TENSORS));
    }
    Map<String, TorchView> tensors = new LinkedHashMap<>();
    entries.forEach(
        (key, value) -> {
          if (key instanceof String name && value instanceof TorchView view) {
            tensors.put(name, view);
          }
        });
    return tensors;
  }

  private static Map<String, Object> beside(Object root, Candidate chosen) {
    Map<String, Object> beside = new LinkedHashMap<>();
    if (root instanceof Dictionary dictionary && dictionary != chosen.dictionary()) {
      dictionary
          .entries()
          .forEach(
              (key, value) -> {
                boolean holdsIt =
                    chosen.path().equals(text(key)) || chosen.path().startsWith(text(key) + ".");
                if (!holdsIt) {
                  beside.put(text(key), value);
                }
              });
    }
    chosen
        .dictionary()
        .entries()
        .forEach(
            (key, value) -> {
              if (!(key instanceof String && value instanceof TorchView)) {
                beside.putIfAbsent(text(key), value);
              }
            });
    return beside;
  }
}
