package io.edgeai.core.text.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Bounded reading of the files beside a model. Stateless. */
final class JsonFiles {
    static final ObjectMapper MAPPER = new ObjectMapper();

    /** Larger than the largest published tokenizer (about 35 MB). */
    private static final long MOST_BYTES = 128L << 20;

    private JsonFiles() {}

    static String text(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new ModelFormatException("File (" + file + ") has more than " + MOST_BYTES
                        + " bytes, too many for a tokenizer. Maybe it is another file.");
            }
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new StorageException(
                    "File (" + file + ") cannot be read: " + e + ". Maybe check its permissions.", e);
        }
    }

    /** The file's JSON; a missing node where there is no such file. */
    static JsonNode ifThere(Path file) {
        return Files.isRegularFile(file) ? parse(text(file), file.toString()) : MissingNode.getInstance();
    }

    static JsonNode parse(String json, String what) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new ModelFormatException(
                    "File (" + what + ") is no readable JSON: " + e.getOriginalMessage() + ". Maybe fetch it again.",
                    e);
        }
    }
}
