package dev.softgate.distributed;

import dev.softgate.BadInputException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where processes meet, as sockets see it: the listening socket of rank 0, and the own address that
 * other processes can reach.
 *
 * <p>libtorch's store would listen on all interfaces. It takes a descriptor that listens already,
 * so this class opens the socket: on loopback if the master's address is a loopback address.
 */
final class MasterSocket {

  private static final Pattern COLUMNS = Pattern.compile("\\s+");

  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final List<Path> SOCKETS =
      List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));
  private static final String LISTENS = "0A";
  private static final int LOCAL = 1; // columns of the table of sockets
  private static final int STATE = 3;
  private static final int INODE = 9;

  /** Never closed here: their descriptors belong to stores. */
  private static final List<ServerSocketChannel> HANDED_OVER = new CopyOnWriteArrayList<>();

  private MasterSocket() {}

  /** Whether a master's host is this machine's loopback, by name or address. */
  static boolean isLoopback(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return name.equals("localhost") || name.equals("::1") || name.matches("127(\\.\\d+){3}");
  }

  /**
   * Listens for the other processes.
   *
   * @return the descriptor of the socket, for the store, which closes it
   * @throws BadInputException if the port is taken or the host is no address of this machine
   */
  static int listen(ProcessRank place) {
    InetAddress address = isLoopback(place.host()) ? resolve(place) : null;
    try {
      ServerSocketChannel channel =
          address == null
              ? ServerSocketChannel.open()
              : ServerSocketChannel.open(
                  address.getAddress().length == 4
                      ? StandardProtocolFamily.INET
                      : StandardProtocolFamily.INET6);
      try {
        channel.bind(new InetSocketAddress(address, place.port()));
        HANDED_OVER.add(channel);
        return descriptor(channel);
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (BindException e) {
      throw new BadInputException(
          "rank 0 cannot listen on port %s (%s); choose another master's port",
          place.port(), e.getMessage());
    } catch (IOException e) {
      throw new BadInputException(
          "rank 0 cannot listen on %s: %s", place.master(), String.valueOf(e.getMessage()));
    }
  }

  /** The file descriptor of a listening socket. */
  private static int descriptor(ServerSocketChannel channel) {
    try {
      int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
      String suffix = String.format(Locale.ROOT, ":%04X", port);
      for (Path table : SOCKETS) {
        for (String row : Files.exists(table) ? Files.readAllLines(table) : List.<String>of()) {
          String[] columns = COLUMNS.split(row.strip(), -1);
          if (columns.length > INODE
              && columns[LOCAL].endsWith(suffix)
              && columns[STATE].equals(LISTENS)) {
            int descriptor = descriptorOf("socket:[" + columns[INODE] + "]");
            if (descriptor >= 0) {
              return descriptor;
            }
          }
        }
      }
      throw new IllegalStateException("no descriptor of the socket on port " + port);
    } catch (IOException e) {
      throw new IllegalStateException("cannot find the descriptor of a socket", e);
    }
  }

  /** The own descriptor of a socket; −1 if another process has it. */
  private static int descriptorOf(String socket) throws IOException {
    try (Stream<Path> links = Files.list(DESCRIPTORS)) {
      for (Path link : links.toList()) {
        if (leadsTo(link, socket)) {
          return Integer.parseInt(link.toFile().getName());
        }
      }
    }
    return -1;
  }

  private static boolean leadsTo(Path link, String socket) {
    try {
      return Files.readSymbolicLink(link).toString().equals(socket);
    } catch (IOException e) {
      return false; // closed since it was listed
    }
  }

  /**
   * The address at which other processes reach this one: that of the interface towards the master.
   *
   * @throws BadInputException if the master's name is unknown
   */
  static String ownAddress(ProcessRank place) {
    InetAddress master = resolve(place);
    if (isLoopback(place.host())) {
      return master.getHostAddress();
    }
    if (master.isLoopbackAddress()) {
      return outward(); // the own name of a host, which its hosts file gives 127.0.1.1
    }
    try (DatagramChannel probe = DatagramChannel.open()) {
      probe.connect(new InetSocketAddress(master, place.port())); // sends nothing
      return address(((InetSocketAddress) probe.getLocalAddress()).getAddress());
    } catch (IOException e) {
      throw new BadInputException(
          "no network leads to the master %s: %s", place.master(), String.valueOf(e.getMessage()));
    }
  }

  private static InetAddress resolve(ProcessRank place) {
    try {
      return InetAddress.getByName(place.host());
    } catch (UnknownHostException e) {
      throw new BadInputException("the master's host %s is unknown", place.host());
    }
  }

  /** The first address that is not loopback; loopback where there is no network. */
  private static String outward() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(each -> !each.isLoopbackAddress() && !each.isLinkLocalAddress())
          .min(Comparator.comparingInt(each -> each.getAddress().length)) // IPv4 first
          .map(MasterSocket::address)
          .orElse("127.0.0.1");
    } catch (SocketException e) {
      throw new IllegalStateException("cannot list the network interfaces", e);
    }
  }

  private static String address(InetAddress address) {
    return address.getHostAddress().replaceAll("%.*", ""); // without an IPv6 zone
  }
}
