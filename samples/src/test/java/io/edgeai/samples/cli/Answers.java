package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.samples.Console;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** What tests of commands ask of an answer. */
final class Answers {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Answers() {}

    /** The answer of a command that ended with this code and printed JSON and nothing else. */
    static JsonNode json(Console console, int code) {
        assertThat(console.code()).as(console.err() + console.out()).isEqualTo(code);
        return parse(console.out());
    }

    static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + text, e);
        }
    }

    /** Bad input: exit 2, no answer, one line that says these things and what to do. */
    static void refused(Console console, String... says) {
        assertThat(console.code()).as(console.err() + console.out()).isEqualTo(2);
        assertThat(console.out()).isEmpty();
        assertThat(console.err()).startsWith("edgeai: ").contains("Maybe").contains(says);
        assertThat(console.err().strip().lines()).hasSize(1);
    }

    /** A real file that tests may use where it is. */
    static Path testdata(String path) {
        Path file =
                Path.of(System.getProperty("edgeai.testdata", "../shared/data")).resolve(path);
        Assumptions.assumeTrue(Files.exists(file), "skipped: no " + path + " in edgeai.testdata");
        return file;
    }
}
