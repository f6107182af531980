package io.edgeai.core.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes an OCI image layout: a tar where the name ends in {@code .tar}, else a folder. A folder that is a layout already is
 * added to, and blobs that lie there with the right bytes are not written again, so that an export that was interrupted goes
 * on where it was. Nothing is a layout before {@link #finish}. Not thread-safe.
 */
public final class OciLayoutWriter implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HEADER = "{\"imageLayoutVersion\":\"1.0.0\"}";
    private static final String INDEX = "application/vnd.oci.image.index.v1+json";

    private final Path where;
    private final LayoutSink sink;
    private final Map<String, JsonNode> manifests = new LinkedHashMap<>();

    private OciLayoutWriter(Path where, LayoutSink sink) throws IOException {
        this.where = where;
        this.sink = sink;
        byte[] before = sink.index();
        if (before.length > 0) {
            for (JsonNode manifest : JSON.readTree(before).path("manifests")) {
                manifests.put(name(manifest), manifest);
            }
        }
    }

    /**
     * Begins.
     *
     * @throws InvalidInputException where a folder holds what no layout does
     * @throws StorageException where it cannot be written
     */
    public static OciLayoutWriter open(Path target) {
        try {
            LayoutSink sink = target.toString().endsWith(".tar") ? new TarSink(target) : new FolderSink(target);
            return new OciLayoutWriter(target, sink);
        } catch (IOException e) {
            throw failure(target, e);
        }
    }

    /** Adds a file that does not change meanwhile. */
    public OciDescriptor put(String mediaType, Path file) {
        try {
            OciDescriptor blob = new OciDescriptor(mediaType, Digest.of(file), Files.size(file), Map.of());
            if (!sink.has(blob)) {
                try (InputStream in = new Compared(Files.newInputStream(file), blob.digest())) {
                    sink.put(blob, in);
                }
            }
            return blob;
        } catch (IOException e) {
            throw failure(where, e);
        }
    }

    /**
     * Adds a document.
     *
     * @throws InvalidInputException where it is longer than readers take
     */
    public OciDescriptor put(String mediaType, byte[] bytes) {
        requireShort(bytes, mediaType);
        OciDescriptor blob = new OciDescriptor(mediaType, Digest.of(bytes), bytes.length, Map.of());
        try {
            if (!sink.has(blob)) {
                sink.put(blob, new ByteArrayInputStream(bytes));
            }
            return blob;
        } catch (IOException e) {
            throw failure(where, e);
        }
    }

    /**
     * Adds a manifest whose blobs are there.
     *
     * @param refName its name for other tools, in the place of a manifest that had it; empty for none
     */
    public void add(OciManifest manifest, String refName) {
        OciDescriptor blob = put(OciManifest.MEDIA_TYPE, manifest.bytes());
        ObjectNode node = (refName.isEmpty() ? blob : blob.with(OciDescriptor.REF_NAME, refName)).json();
        if (!manifest.artifactType().isEmpty()) {
            node.put("artifactType", manifest.artifactType());
        }
        manifests.put(name(node), node);
    }

    private static String name(JsonNode manifest) {
        return manifest.path("annotations")
                .path(OciDescriptor.REF_NAME)
                .asText(manifest.path("digest").asText());
    }

    /** Writes the index; from now on it is a layout of all that was added. */
    public void finish() {
        ObjectNode index = JSON.createObjectNode().put("schemaVersion", 2).put("mediaType", INDEX);
        ArrayNode all = index.putArray("manifests");
        manifests.values().forEach(all::add);
        byte[] bytes = index.toString().getBytes(StandardCharsets.UTF_8);
        requireShort(bytes, INDEX);
        try {
            sink.finish(HEADER.getBytes(StandardCharsets.UTF_8), bytes);
        } catch (IOException e) {
            throw failure(where, e);
        }
    }

    private void requireShort(byte[] bytes, String what) {
        if (bytes.length > OciLayoutReader.MOST_DOCUMENT_BYTES) {
            throw new InvalidInputException("A document (" + what + ") of (" + bytes.length + ") bytes in (" + where
                    + ") is longer than (" + OciLayoutReader.MOST_DOCUMENT_BYTES
                    + "). Maybe export fewer versions at a time.");
        }
    }

    private static StorageException failure(Path where, IOException e) {
        return new StorageException("Cannot write the layout (" + where + "): " + e + ". Maybe the disk is full.", e);
    }

    @Override
    public void close() {
        try {
            sink.close();
        } catch (IOException e) {
            throw failure(where, e);
        }
    }

    /** Fails at its end where the bytes were not those of a digest. */
    private static final class Compared extends DigestInputStream {
        private final Digest wanted;

        Compared(InputStream in, Digest wanted) {
            super(in, Digest.sha256());
            this.wanted = wanted;
        }

        @Override
        public int read(byte[] bytes, int from, int most) throws IOException {
            int n = super.read(bytes, from, most);
            if (n < 0 && !HexFormat.of().formatHex(getMessageDigest().digest()).equals(wanted.hex())) {
                throw new IOException("bytes changed while they were read");
            }
            return n;
        }
    }
}
