package io.edgeai.core.registry;

import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.store.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What lies in a home beside the bytes of versions, and goes with them: requests kept for warm-up, under
 * {@code warm-up/<model>/<number>}, and what engines made of the bytes, files under {@code optimized} whose names begin with
 * the bytes' digest. Thread-safe.
 */
final class Companions {
    private static final int HEX_DIGITS = 64;

    private final Path warmUps;
    private final Path optimized;

    Companions(Path home) {
        this.warmUps = home.resolve("warm-up");
        this.optimized = home.resolve("optimized");
    }

    /** Where a version's warm-up requests are kept, whether there are any or not. */
    Path warmUps(VersionRef ref) {
        return warmUps.resolve(ref.model().name()).resolve(Integer.toString(ref.number()));
    }

    /**
     * Deletes what belongs to erased versions; what was made of bytes that another version has as well stays.
     *
     * @throws StorageException where something cannot be deleted
     */
    void removeErased(Snapshot now) {
        for (String model : names(warmUps)) {
            if (now.models().contains(model) && !now.damaged().containsKey(model)) {
                now.entries(model).stream()
                        .filter(entry -> entry.stage() == Stage.ERASED)
                        .forEach(entry -> Disk.deleteTree(warmUps(entry.ref())));
            }
        }
        List<String> made = names(optimized);
        if (!made.isEmpty()) {
            Set<String> erased = digestsOfErased(now);
            made.stream()
                    .filter(name -> name.length() > HEX_DIGITS && erased.contains(name.substring(0, HEX_DIGITS)))
                    .forEach(name -> Disk.deleteTree(optimized.resolve(name)));
        }
    }

    private static Set<String> digestsOfErased(Snapshot now) {
        Set<String> erased = new HashSet<>();
        Set<String> live = new HashSet<>();
        for (Entry entry : now.all()) {
            (entry.stage() == Stage.ERASED ? erased : live)
                    .add(entry.version().digest().hex());
        }
        erased.removeAll(live);
        return erased;
    }

    private static List<String> names(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new StorageException("Cannot list (" + folder + "): " + e + ". Maybe check its permissions.", e);
        }
    }
}
