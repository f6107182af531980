package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.audit.Checkpoint;
import io.edgeai.core.error.ModelIntegrityException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFilesTest {
    private static final Checkpoint FIRST = checkpoint(7);
    private static final Checkpoint SECOND = checkpoint(12);

    @TempDir
    Path folder;

    @Test
    void whatWasWrittenIsReadInOrderOfSequence() {
        CheckpointFiles files = new CheckpointFiles(folder.resolve("checkpoints"));
        assertThat(files.read()).isEmpty();
        files.write(SECOND);
        files.write(FIRST);
        assertThat(files.read()).isEqualTo(List.of(FIRST, SECOND));
    }

    @Test
    void anotherReaderOfJsonReadsTheSame() throws IOException {
        new CheckpointFiles(folder).write(FIRST);
        var node = new ObjectMapper().readTree(folder.resolve("7.json").toFile());
        assertThat(node.path("sequence").asLong()).isEqualTo(7);
        assertThat(node.path("hash").asText()).isEqualTo(FIRST.hash());
        assertThat(node.path("at").asText()).isEqualTo("2026-11-26T10:15:30.000000001Z");
        assertThat(node.path("key").asText()).isEqualTo(FIRST.key());
        assertThat(node.path("signature").asText()).isEqualTo(FIRST.signature());
        assertThat(node.size()).isEqualTo(5);
    }

    @Test
    void fieldsOfALaterVersionAreSkipped() throws IOException {
        CheckpointFiles files = new CheckpointFiles(folder);
        files.write(FIRST);
        Path file = folder.resolve("7.json");
        String text = Files.readString(file);
        Files.writeString(file, "{\"later\":{\"hash\":[\"x\",{}]},\"also\":[[1]]," + text.substring(1));
        assertThat(files.read()).isEqualTo(List.of(FIRST));
    }

    @Test
    void aFileCutShortAnywhereIsNamed() throws IOException {
        CheckpointFiles files = new CheckpointFiles(folder);
        files.write(FIRST);
        Path file = folder.resolve("7.json");
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(files::read)
                    .as("%d bytes", length)
                    .isInstanceOf(ModelIntegrityException.class)
                    .hasMessageContaining("7.json")
                    .hasMessageContaining("Maybe restore it");
        }
    }

    private static Checkpoint checkpoint(long sequence) {
        return new Checkpoint(
                sequence,
                "ab".repeat(32),
                Instant.parse("2026-11-26T10:15:30.000000001Z"),
                "a key",
                "a \"signature\" ü");
    }
}
