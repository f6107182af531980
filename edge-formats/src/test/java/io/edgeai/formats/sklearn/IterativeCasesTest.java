package io.edgeai.formats.sklearn;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.error.EdgeException;
import io.edgeai.formats.pickle.PickleLimits;
import io.edgeai.formats.pickle.PickleReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Factorizations, topics, densities and hashed texts, fitted by {@code make_iterative_cases.py}: each answers as the
 * original did, to 1e-9.
 */
class IterativeCasesTest {
    @TempDir
    Path folder;

    @Test
    void everyModelAnswersAsItsOriginal() throws IOException {
        List<Path> cases = Unzipped.cases("iterative-1.9.1.zip", folder);
        assertThat(GoldenCase.wrong(cases, 1e-9))
                .as("of " + cases.size() + " models")
                .isEmpty();
        assertThat(cases).hasSize(40);
    }

    @Test
    void damageAnywhereIsAGraphOrATypedError() throws IOException {
        int seed = 0;
        for (Path one : Unzipped.cases("iterative-1.9.1.zip", folder)) {
            byte[] whole = Files.readAllBytes(one.resolve("model.pkl"));
            for (int round = 0; round < 10; round++) {
                Random random = new Random(++seed);
                byte[] bytes = whole.clone();
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                try {
                    assertThat(SklearnImporter.convert(PickleReader.read(bytes, PickleLimits.DEFAULT))
                                    .graph()
                                    .outputs())
                            .as("seed " + seed)
                            .isNotEmpty();
                } catch (EdgeException e) {
                    assertThat(e.getMessage()).as("seed " + seed).isNotBlank();
                }
            }
        }
    }
}
