package io.edgeai.formats.sklearn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Vectorizers fitted by {@code make_text_cases.py} on mixed texts: each counts as scikit-learn did. */
class TextCasesTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"1.2.1", "1.9.1"})
    void everyVectorizerCountsAsItsOriginal(String version) throws IOException {
        List<Path> cases = Unzipped.cases("texts-" + version + ".zip", folder);
        assertThat(GoldenCase.wrong(cases, 1e-12))
                .as("of " + cases.size() + " vectorizers")
                .isEmpty();
        assertThat(cases).hasSizeGreaterThan(35);
    }
}
