package io.edgeai.core.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Digest;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Points at a blob.
 *
 * @param mediaType what the blob is, e.g. {@code application/vnd.oci.image.manifest.v1+json}
 * @param digest its SHA-256
 * @param size its length in bytes, at least 0
 * @param annotations what else is said of it, by key
 */
public record OciDescriptor(String mediaType, Digest digest, long size, Map<String, String> annotations) {
    /** The path of a file below where it is unpacked. */
    public static final String TITLE = "org.opencontainers.image.title";

    /** The name by which tools ask for a manifest of a layout. */
    public static final String REF_NAME = "org.opencontainers.image.ref.name";

    private static final String PREFIX = "sha256:";
    private static final Pattern MEDIA_TYPE =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}");

    public OciDescriptor {
        if (!MEDIA_TYPE.matcher(mediaType).matches()) {
            throw new InvalidInputException(
                    "Media type (" + mediaType + ") is not of the form type/subtype. Maybe see RFC 6838.");
        }
        if (size < 0) {
            throw new InvalidInputException("Size (" + size + ") of (" + digest + ") is negative.");
        }
        annotations = Map.copyOf(annotations);
    }

    /** The same with another annotation. */
    public OciDescriptor with(String key, String value) {
        Map<String, String> more = new TreeMap<>(annotations);
        more.put(key, value);
        return new OciDescriptor(mediaType, digest, size, more);
    }

    String place() {
        return LayoutFiles.BLOBS + digest.hex();
    }

    ObjectNode json() {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("mediaType", mediaType)
                .put("digest", PREFIX + digest.hex())
                .put("size", size);
        putAnnotations(node, annotations);
        return node;
    }

    static void putAnnotations(ObjectNode node, Map<String, String> annotations) {
        if (!annotations.isEmpty()) {
            ObjectNode all = node.putObject("annotations");
            new TreeMap<>(annotations).forEach(all::put);
        }
    }

    /** @throws InvalidInputException where it is none, or names its blob by another algorithm */
    static OciDescriptor read(JsonNode node) {
        String digest = node.path("digest").asText();
        if (!digest.startsWith(PREFIX)) {
            throw new InvalidInputException("Digest (" + digest + ") is not one of SHA-256.");
        }
        JsonNode size = node.path("size");
        if (!size.isIntegralNumber() || !size.canConvertToLong()) {
            throw new InvalidInputException("Size (" + size + ") of (" + digest + ") is no number of bytes.");
        }
        return new OciDescriptor(
                node.path("mediaType").asText(),
                new Digest(digest.substring(PREFIX.length())),
                size.longValue(),
                readAnnotations(node));
    }

    static Map<String, String> readAnnotations(JsonNode node) {
        Map<String, String> all = new TreeMap<>();
        node.path("annotations").properties().forEach(each -> {
            if (!each.getValue().isTextual()) {
                throw new InvalidInputException("Annotation (" + each.getKey() + ") is not a text.");
            }
            all.put(each.getKey(), each.getValue().textValue());
        });
        return all;
    }
}
