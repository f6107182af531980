package io.edgeai.core.natives;

import io.edgeai.core.error.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks the native libraries of ONNX Runtime and SQLite once into a folder and tells their loaders, by system
 * properties, to take them from there. Their loaders would unpack some 30 MB to the temporary folder at every start:
 * 150 ms, and wear of the flash memory that edge devices have. At each start size and CRC-32 of what is there are held
 * against the jar's, and what differs is unpacked anew. Stateless and thread-safe, also between processes.
 */
public final class PlacedNatives {
    private static final int WINDOW = 1 << 20;

    private PlacedNatives() {}

    /**
     * Does so for those libraries that are on the class path in jars, and whose place nobody has chosen. Must come before the
     * first model is opened; later it does nothing for this process.
     *
     * @param folder made where it is missing; keeps about 30 MB
     * @return files that are in place
     * @throws StorageException where they cannot be written
     */
    public static List<Path> place(Path folder) {
        List<Path> placed = new ArrayList<>();
        for (NativeLibrary library : NativeLibrary.known()) {
            if (!library.settled()) {
                placed.addAll(place(folder, library));
            }
        }
        return placed;
    }

    private static List<Path> place(Path folder, NativeLibrary library) {
        List<Path> placed = new ArrayList<>();
        try {
            Path home = null;
            for (String name : library.files()) {
                Packed packed = Packed.find(library.resources() + name);
                if (packed == null) {
                    return List.of();
                }
                if (home == null) { // another release of the library has another checksum and another folder
                    home = folder.resolve(HexFormat.of().toHexDigits(packed.crc, 8))
                            .toAbsolutePath();
                    Files.createDirectories(home);
                }
                Path file = home.resolve(name);
                if (!packed.isIn(file)) {
                    packed.unpack(file);
                }
                placed.add(file);
            }
            if (home != null) {
                library.settle(home);
            }
        } catch (IOException e) {
            throw new StorageException(
                    "Cannot place native libraries in (" + folder + "): " + e.getMessage()
                            + ". Maybe the disk is full.",
                    e);
        }
        return placed;
    }

    /** A file in a jar. */
    private record Packed(URL url, long size, long crc) {
        static @Nullable Packed find(String resource) throws IOException {
            URL url = PlacedNatives.class.getClassLoader().getResource(resource);
            URLConnection connection = url == null ? null : url.openConnection();
            if (url == null || !(connection instanceof JarURLConnection jar) || jar.getJarEntry() == null) {
                return null;
            }
            return new Packed(
                    url, jar.getJarEntry().getSize(), jar.getJarEntry().getCrc());
        }

        boolean isIn(Path file) throws IOException {
            if (!Files.isRegularFile(file) || Files.size(file) != size) {
                return false;
            }
            CRC32 sum = new CRC32();
            ByteBuffer window = ByteBuffer.allocateDirect(WINDOW);
            try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
                while (in.read(window) >= 0) {
                    sum.update(window.flip());
                    window.clear();
                }
            }
            return sum.getValue() == crc;
        }

        void unpack(Path file) throws IOException {
            Path fresh = Files.createTempFile(file.getParent(), "native", ".tmp");
            try (InputStream in = url.openStream()) {
                Files.copy(in, fresh, StandardCopyOption.REPLACE_EXISTING);
                if (!isIn(fresh)) {
                    throw new IOException("(" + url + ") does not unpack to what its jar says");
                }
                Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(fresh);
            }
        }
    }
}
