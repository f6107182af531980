package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizesTest {
    @ParameterizedTest
    @CsvSource({"1, 1", "5000, 5000", "64K, 65536", "200M, 209715200", "1.5G, 1610612736"})
    void areReadInPowersOf1024(String text, long bytes) {
        assertThat(Sizes.parse("--max-memory", text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "M", "-1", "0", "12 MB", "1e9", "200m", "99999999999G"})
    void othersAreRefused(String text) {
        assertThatThrownBy(() -> Sizes.parse("--max-memory", text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("--max-memory (" + text + ")")
                .hasMessageContaining("Maybe");
    }
}
