package io.edgeai.samples.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.monitor.drift.DriftReference;
import io.edgeai.samples.data.NpyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferenceRowsTest {
    @TempDir
    private Path dir;

    private Path table(String heading, int rows, String row) throws IOException {
        return Files.writeString(dir.resolve("train.csv"), heading + row.repeat(rows));
    }

    @Test
    void aTableOfNumbersIsOneRowEach() throws IOException {
        DriftReference reference = ReferenceRows.read(table("age,size\n", 40, "3.5,2\n"));
        assertThat(reference.size()).isEqualTo(40);
        assertThat(reference.width()).isEqualTo(2);
        assertThat(reference.origin()).isEqualTo("train.csv");
    }

    @Test
    void aTensorsFirstDimensionCountsRows() {
        Path file = dir.resolve("train.npy");
        NpyFile.write(Tensor.of(new float[50 * 6], 50, 2, 3), file);
        DriftReference reference = ReferenceRows.read(file);
        assertThat(reference.size()).isEqualTo(50);
        assertThat(reference.width()).isEqualTo(6);
    }

    @Test
    void textsAndTooFewRowsAreRefused() throws IOException {
        Path texts = table("age,site\n", 40, "3.5,berlin\n");
        assertThatThrownBy(() -> ReferenceRows.read(texts))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(site)")
                .hasMessageContaining("Maybe");
        Path few = table("age\n", 29, "3.5\n");
        assertThatThrownBy(() -> ReferenceRows.read(few)).hasMessageContaining("(29)");
        Path several = Files.writeString(dir.resolve("two.json"), "{\"a\": [[1]], \"b\": [[2]]}");
        assertThatThrownBy(() -> ReferenceRows.read(several))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(2)")
                .hasMessageContaining("Maybe");
    }
}
