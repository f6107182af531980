package io.edgeai.placement.deploy.site;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The command of a service, and the address that says whether it is ready, with what they leave open. Immutable.
 *
 * @param command program and arguments
 * @param readyAt null where nobody asks
 */
record ServiceCommand(List<String> command, @Nullable String readyAt) {
    private static final String REPLICA = "{replica}";

    /** What endpoints take at most where nobody says. */
    private static final int USUAL_BATCH = 32;

    ServiceCommand {
        command = List.copyOf(command);
    }

    /** Whether each replica is a process of its own, and not one process all of them. */
    boolean perReplica() {
        return holds(REPLICA);
    }

    /** Whether the process hears how many replicas there are, and so cannot go on when that changes. */
    boolean tellsReplicas() {
        return holds("{replicas}");
    }

    private boolean holds(String text) {
        return command.stream().anyMatch(word -> word.contains(text)) || readyAt != null && readyAt.contains(text);
    }

    /** Program and arguments of one replica. */
    List<String> words(Release release, Path model, int replica, IntSupplier port) {
        String file = model.toAbsolutePath().toString();
        return command.stream()
                .map(word -> filled(word.replace("{model}", file), release, replica, port))
                .toList();
    }

    /** Where one replica says that it is ready; null where it is not asked. */
    @Nullable
    URI probe(Release release, int replica, IntSupplier port) {
        return readyAt == null ? null : HttpReadiness.address(filled(readyAt, release, replica, port));
    }

    private static String filled(String text, Release release, int replica, IntSupplier port) {
        String filled = text.replace("{service}", release.service())
                .replace("{variant}", release.variant())
                .replace("{replicas}", Integer.toString(release.replicas()))
                .replace(REPLICA, Integer.toString(replica))
                .replace("{batch}", Integer.toString(release.batch() == 0 ? USUAL_BATCH : release.batch()));
        return filled.contains("{port}") ? filled.replace("{port}", Integer.toString(port.getAsInt())) : filled;
    }
}
