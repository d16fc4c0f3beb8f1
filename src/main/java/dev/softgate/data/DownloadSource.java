package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.interop.OneLine;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The address of a file to download, without fragment, and the hash that it must have, if any. */
record DownloadSource(URI uri, @Nullable String sha256) {

  private static final Set<String> SCHEMES = Set.of("http", "https", "file");
  private static final String HASH_PREFIX = "sha256=";

  /** /** Parses {@code --data-url}. A fragment {@code #sha256=HEX} is the hash to check. */
  static DownloadSource of(URI dataUrl) {
    if (dataUrl.getRawUserInfo() != null) {
      throw new BadInputException(
          "{data-url} with a user name or password is not supported: leave them out");
    }
    String scheme = String.valueOf(dataUrl.getScheme()).toLowerCase(Locale.ROOT);
    if (!SCHEMES.contains(scheme) || dataUrl.isOpaque()) {
      throw new BadInputException(
          "{data-url} %s is not supported: give an http, https or file URL; a file URL has a full path, file:///…"
              .formatted(OneLine.of(dataUrl)));
    }
    String fragment = dataUrl.getFragment();
    if (fragment == null) {
      return new DownloadSource(dataUrl, null);
    }
    String hash = fragment.toLowerCase(Locale.ROOT);
    if (!hash.matches(HASH_PREFIX + "[0-9a-f]{64}")) {
      throw new BadInputException(
          "{data-url} ends in #%s: only sha256= and 64 hexadecimal digits may follow the #"
              .formatted(OneLine.of(fragment)));
    }
    try {
      URI plain = new URI(scheme + ":" + dataUrl.getRawSchemeSpecificPart());
      return new DownloadSource(plain, hash.substring(HASH_PREFIX.length()));
    } catch (URISyntaxException e) {
      throw new BadInputException("{data-url} %s is not a URL".formatted(OneLine.of(dataUrl)), e);
    }
  }
}
