package io.edgeai.core.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads an OCI image layout: a folder, or an uncompressed tar of one. Documents are read whole up to 4 MiB, after their
 * length is known to be what their descriptor states, and are compared with their digest; of blobs, whoever reads the stream
 * compares. Thread-safe.
 */
public final class OciLayoutReader implements AutoCloseable {
    /** The longest document, 4 MiB, as the OCI distribution specification has it. */
    public static final int MOST_DOCUMENT_BYTES = 4 << 20;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path where;
    private final LayoutFiles files;

    private OciLayoutReader(Path where, LayoutFiles files) {
        this.where = where;
        this.files = files;
    }

    /** Whether a path is a folder or begins as a tar does, so that {@link #open} is worth a try. */
    public static boolean recognizes(Path path) {
        try {
            return Files.isDirectory(path) || (Files.isRegularFile(path) && TarFiles.recognizes(path));
        } catch (IOException e) {
            return false;
        }
    }

    /** @throws ModelFormatException where it is no layout of version 1.0.0 */
    public static OciLayoutReader open(Path path) {
        LayoutFiles files;
        try {
            files = Files.isDirectory(path) ? new FolderFiles(path.toRealPath()) : TarFiles.open(path);
        } catch (IOException e) {
            throw damaged(path, String.valueOf(e.getMessage()), e);
        }
        OciLayoutReader reader = new OciLayoutReader(path, files);
        String version =
                reader.json(LayoutFiles.HEADER).path("imageLayoutVersion").asText();
        if (!version.equals("1.0.0")) {
            throw damaged(path, "its version is (" + version + ")", null);
        }
        return reader;
    }

    /**
     * The manifests that its index names, those of other artifacts than models too.
     *
     * @throws ModelFormatException where the index cannot be read
     */
    public List<OciDescriptor> manifests() {
        List<OciDescriptor> all = new ArrayList<>();
        for (JsonNode node : json(LayoutFiles.INDEX).path("manifests")) {
            try {
                all.add(OciDescriptor.read(node));
            } catch (InvalidInputException e) {
                throw damaged(where, String.valueOf(e.getMessage()), e);
            }
        }
        return all;
    }

    /**
     * The manifest of a descriptor.
     *
     * @param mostLayers more are refused
     * @throws ModelFormatException where it is missing, damaged or none
     */
    public OciManifest manifest(OciDescriptor descriptor, int mostLayers) {
        try {
            return OciManifest.read(JSON.readTree(document(descriptor)), mostLayers);
        } catch (IOException | InvalidInputException e) {
            throw damaged(where, String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * All bytes of a blob of at most 4 MiB, compared with its digest.
     *
     * @throws ModelFormatException where it is missing, longer or damaged
     */
    public byte[] document(OciDescriptor descriptor) {
        requireThere(List.of(descriptor));
        byte[] bytes = read(descriptor.place());
        if (!Digest.of(bytes).equals(descriptor.digest())) {
            throw damaged(where, "(" + descriptor.digest() + ") is not what its digest says", null);
        }
        return bytes;
    }

    /**
     * Makes sure that blobs are there whole, by their lengths, before anything is done with any of them.
     *
     * @throws ModelFormatException where some are missing, e.g. since a transfer has not ended
     */
    public void requireThere(List<OciDescriptor> descriptors) {
        List<Digest> missing = new ArrayList<>();
        for (OciDescriptor descriptor : descriptors) {
            OptionalLong size = size(descriptor.place());
            if (size.isEmpty()) {
                missing.add(descriptor.digest());
            } else if (size.getAsLong() != descriptor.size()) {
                throw damaged(
                        where,
                        "(" + descriptor.digest() + ") has (" + size.getAsLong() + ") bytes and not ("
                                + descriptor.size() + ")",
                        null);
            }
        }
        if (!missing.isEmpty()) {
            throw damaged(
                    where, "it lacks (" + missing.size() + ") blobs, the first is (" + missing.get(0) + ")", null);
        }
    }

    /** A stream of a blob's bytes, not compared with its digest; the caller closes it. */
    public InputStream open(OciDescriptor descriptor) throws IOException {
        return files.open(descriptor.place());
    }

    private JsonNode json(String name) {
        try {
            return JSON.readTree(read(name));
        } catch (IOException e) {
            throw damaged(where, "(" + name + ") is no JSON: " + e.getMessage(), e);
        }
    }

    private byte[] read(String name) {
        OptionalLong size = size(name);
        if (size.isEmpty() || size.getAsLong() > MOST_DOCUMENT_BYTES) {
            throw damaged(
                    where,
                    size.isEmpty()
                            ? "it has no file (" + name + ")"
                            : "(" + name + ") has (" + size.getAsLong() + ") bytes, more than (" + MOST_DOCUMENT_BYTES
                                    + ")",
                    null);
        }
        try (InputStream in = files.open(name)) {
            return in.readNBytes((int) size.getAsLong());
        } catch (IOException e) {
            throw damaged(where, String.valueOf(e.getMessage()), e);
        }
    }

    private OptionalLong size(String name) {
        try {
            return files.size(name);
        } catch (IOException e) {
            throw damaged(where, String.valueOf(e.getMessage()), e);
        }
    }

    private static ModelFormatException damaged(Path where, String what, @Nullable Exception cause) {
        return new ModelFormatException(
                "(" + where + ") is no whole OCI image layout: " + what + ". Maybe it was not transferred to its end.",
                cause);
    }

    @Override
    public void close() {
        try {
            files.close();
        } catch (IOException e) {
            throw damaged(where, String.valueOf(e.getMessage()), e);
        }
    }
}
