package io.edgeai.samples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NormalizationTest {
    @Test
    void parsesAllParts() {
        Normalization parsed = Normalization.parse("scale=1/255,mean=.485:.456:.406,std=.229:.224:.225");

        assertThat(parsed.scale()).isEqualTo(1 / 255.0);
        assertThat(parsed.mean()).containsExactly(.485, .456, .406);
        assertThat(parsed.std()).containsExactly(.229, .224, .225);
        assertThat(parsed.channels()).isEqualTo(3);
    }

    @Test
    void partsHaveDefaults() {
        assertThat(Normalization.parse("mean=0.5")).isEqualTo(new Normalization(1 / 255.0, List.of(0.5), List.of(1.0)));
        assertThat(Normalization.parse("scale=1")).isEqualTo(new Normalization(1, List.of(0.0), List.of(1.0)));
        assertThat(Normalization.parse("scale=1/127.5,mean=1").scale()).isEqualTo(1 / 127.5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "scale", "scale=", "scale=x", "scale=0", "size=3", "std=0", "mean=1:2,std=1:2:3", "scale=1/0"
            })
    void wrongTextsAreRefused(String text) {
        assertThatThrownBy(() -> Normalization.parse(text)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void oneNumberAppliesToAll() {
        Tensor images = Tensor.ofBytes(ElementType.UINT8, new byte[] {0, 51, (byte) 255, (byte) 204}, 1, 2, 2);

        float[] values = Normalization.parse("mean=.5,std=.25").apply(images).floats();

        assertThat(values[0]).isCloseTo(-2f, within(1e-6f));
        assertThat(values[1]).isCloseTo(-1.2f, within(1e-6f));
        assertThat(values[2]).isCloseTo(2f, within(1e-6f));
        assertThat(values[3]).isCloseTo(1.2f, within(1e-6f));
    }

    @Test
    void channelsAreTheSecondAxisOrTheLast() {
        Normalization rgb = new Normalization(1, List.of(1.0, 2.0, 3.0), List.of(1.0, 10.0, 100.0));
        byte[] same = {9, 9, 9, 9, 9, 9};

        assertThat(rgb.apply(Tensor.ofBytes(ElementType.UINT8, same, 1, 3, 2)).floats())
                .containsExactly(8f, 8f, .7f, .7f, .06f, .06f);
        assertThat(rgb.apply(Tensor.ofBytes(ElementType.UINT8, same, 1, 2, 3)).floats())
                .containsExactly(8f, .7f, .06f, 8f, .7f, .06f);
        assertThatThrownBy(() -> rgb.apply(Tensor.ofBytes(ElementType.UINT8, same, 1, 6, 1)))
                .hasMessageContaining("no axis of 3 channels");
    }

    @Test
    void floatsAreNormalizedToo() {
        float[] values = Normalization.parse("scale=2,mean=1")
                .apply(Tensor.of(new float[] {1, 2}, 2))
                .floats();

        assertThat(values).containsExactly(1f, 3f);
        assertThatThrownBy(() -> Normalization.parse("scale=2").apply(Tensor.of(new long[] {1}, 1)))
                .hasMessageContaining("INT64");
    }
}
