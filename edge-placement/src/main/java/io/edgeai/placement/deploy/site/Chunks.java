package io.edgeai.placement.deploy.site;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * An artifact as a list of chunks of one size, the last one shorter, each with its own digest. Immutable.
 *
 * @param digest SHA-256 of the whole
 * @param sizeBytes bytes of the whole
 * @param chunkBytes bytes of every chunk but the last
 * @param parts SHA-256 of each chunk, in order
 * @param prefixes SHA-256 of the bytes up to each chunk's end, in order, the last one that of the whole; or none. With
 *     them a site that takes the chunks in order verifies each one and the whole by hashing every byte once
 */
public record Chunks(Digest digest, long sizeBytes, int chunkBytes, List<Digest> parts, List<Digest> prefixes) {
    /** 1 MiB: what a broken connection costs at most, and small beside a request's overhead. */
    public static final int DEFAULT_CHUNK_BYTES = 1 << 20;

    public Chunks {
        parts = List.copyOf(parts);
        prefixes = List.copyOf(prefixes);
        if (sizeBytes < 0 || chunkBytes < 1 || parts.size() != (sizeBytes + chunkBytes - 1) / chunkBytes) {
            throw new InvalidInputException("Artifact (" + digest.abbreviated() + ") of (" + sizeBytes
                    + ") bytes in chunks of (" + chunkBytes + ") cannot have (" + parts.size() + ") chunks.");
        }
        if (!prefixes.isEmpty()
                && (prefixes.size() != parts.size()
                        || !prefixes.get(parts.size() - 1).equals(digest))) {
            throw new InvalidInputException("Artifact (" + digest.abbreviated() + ") of (" + parts.size()
                    + ") chunks cannot have these (" + prefixes.size()
                    + ") prefixes. Maybe give one a chunk, the last one the artifact's own digest, or none.");
        }
    }

    /** Without prefixes. */
    public Chunks(Digest digest, long sizeBytes, int chunkBytes, List<Digest> parts) {
        this(digest, sizeBytes, chunkBytes, parts, List.of());
    }

    /** Reads a whole file once. */
    public static Chunks of(Path file, int chunkBytes) {
        MessageDigest whole = Digest.sha256();
        List<Digest> parts = new ArrayList<>();
        List<Digest> prefixes = new ArrayList<>();
        long size = 0;
        byte[] chunk = new byte[chunkBytes];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.readNBytes(chunk, 0, chunkBytes); n > 0; n = in.readNBytes(chunk, 0, chunkBytes)) {
                whole.update(chunk, 0, n);
                parts.add(digest(chunk, n));
                prefixes.add(soFar(whole));
                size += n;
            }
        } catch (IOException e) {
            throw new StorageException("Cannot read artifact (" + file + "): " + e.getMessage() + ".", e);
        }
        return new Chunks(soFar(whole), size, chunkBytes, parts, prefixes);
    }

    /** The digest of what a hash has seen; it may go on afterwards. */
    static Digest soFar(MessageDigest hash) {
        return new Digest(HexFormat.of().formatHex(copy(hash).digest()));
    }

    static MessageDigest copy(MessageDigest hash) {
        try {
            return (MessageDigest) hash.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("SHA-256 of (" + hash.getProvider() + ") cannot be copied.", e);
        }
    }

    static Digest digest(byte[] chunk, int length) {
        MessageDigest sha = Digest.sha256();
        sha.update(chunk, 0, length);
        return new Digest(HexFormat.of().formatHex(sha.digest()));
    }

    public int count() {
        return parts.size();
    }

    public long offset(int index) {
        return (long) index * chunkBytes;
    }

    public int length(int index) {
        return (int) Math.min(chunkBytes, sizeBytes - offset(index));
    }

    /** The manifest as it travels and as it lies on a site's disk. */
    public String toJson() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("digest", digest.hex())
                .put("sizeBytes", sizeBytes)
                .put("chunkBytes", chunkBytes);
        ArrayNode hexes = json.putArray("chunks");
        parts.forEach(part -> hexes.add(part.hex()));
        if (!prefixes.isEmpty()) {
            ArrayNode ends = json.putArray("prefixes");
            prefixes.forEach(prefix -> ends.add(prefix.hex()));
        }
        return json.toString();
    }

    /** @throws InvalidInputException where it is no manifest, or contradicts itself */
    public static Chunks fromJson(String text) {
        JsonNode json = SiteJson.object("manifest", text);
        List<Digest> parts = new ArrayList<>();
        json.path("chunks").forEach(part -> parts.add(new Digest(part.asText())));
        List<Digest> prefixes = new ArrayList<>();
        json.path("prefixes").forEach(prefix -> prefixes.add(new Digest(prefix.asText())));
        return new Chunks(
                new Digest(SiteJson.text("manifest", json, "digest")),
                SiteJson.whole("manifest", json, "sizeBytes", Long.MAX_VALUE),
                (int) SiteJson.whole("manifest", json, "chunkBytes", Integer.MAX_VALUE),
                parts,
                prefixes);
    }
}
