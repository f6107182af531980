package io.edgeai.placement.deploy.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChunksTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"0, 7, 0", "1, 7, 1", "6, 7, 1", "7, 7, 1", "8, 7, 2", "1000, 7, 143", "1000, 1000, 1"})
    void everyChunkIsNamedByItsOwnBytes(int size, int chunkBytes, int count) throws IOException {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        Path file = Files.write(folder.resolve("model"), bytes);

        Chunks chunks = Chunks.of(file, chunkBytes);

        assertThat(chunks.digest()).isEqualTo(Digest.of(bytes));
        assertThat(chunks.count()).isEqualTo(count);
        for (int i = 0; i < count; i++) {
            byte[] part = Arrays.copyOfRange(bytes, i * chunkBytes, Math.min(size, (i + 1) * chunkBytes));
            assertThat(chunks.parts().get(i)).isEqualTo(Digest.of(part));
            assertThat(chunks.length(i)).isEqualTo(part.length);
        }
        assertThat(Chunks.fromJson(chunks.toJson())).isEqualTo(chunks);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"digest\": \"00\", \"sizeBytes\": 1, \"chunkBytes\": 1, \"chunks\": []}",
                "{\"digest\": \"HEX\", \"sizeBytes\": -1, \"chunkBytes\": 1, \"chunks\": []}",
                "{\"digest\": \"HEX\", \"sizeBytes\": 1.5, \"chunkBytes\": 1, \"chunks\": []}",
                "{\"digest\": \"HEX\", \"sizeBytes\": 0, \"chunkBytes\": 0, \"chunks\": []}",
                "{\"digest\": \"HEX\", \"sizeBytes\": 5, \"chunkBytes\": 4, \"chunks\": [\"HEX\"]}",
                "{\"digest\": \"HEX\", \"sizeBytes\": 4, \"chunkBytes\": 99999999999, \"chunks\": [\"HEX\"]}"
            })
    void aManifestThatContradictsItselfIsRefused(String text) {
        String manifest = text.replace("HEX", "a".repeat(64));
        assertThatThrownBy(() -> Chunks.fromJson(manifest)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void aReleaseTravelsAsItIs() {
        Release release = new Release("défauts / ligne 1", "defects@3", Digest.of(new byte[] {1}), 4);
        assertThat(Release.fromJson(release.toJson())).isEqualTo(release);
        assertThatThrownBy(() -> new Release("a", "b", Digest.of(new byte[0]), 0))
                .isInstanceOf(InvalidInputException.class);
    }
}
