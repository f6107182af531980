package io.edgeai.federated.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Codecs by their names, as sides of a connection and command lines say them. */
class CodecNamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"f32", "f16", "bf16", "int8", "int4", "int3", "ternary", "sign", "top(0.25)", "top(1.0)"})
    void aNameIsItsCodecWhoseMessagesHaveTheLengthItBounds(String name) {
        Codec codec = Codec.named(name);
        assertThat(codec.name()).isEqualTo(name);
        assertThat(Codec.families()).contains(codec.family()).hasSize(9);
        assertThat(name).startsWith(codec.family());
        Random random = new Random(3);
        for (int size : new int[] {1, 2, 63, 64, 65, 1000}) {
            float[] values = new float[size];
            for (int i = 0; i < size; i++) {
                values[i] = (float) random.nextGaussian();
            }
            assertThat((long) codec.encode(values, 5).length)
                    .as("%d values, seed 3", size)
                    .isLessThanOrEqualTo(codec.mostBytes(size));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "int2", "top", "top()", "top(x)", "top(0)", "top(1.5)", "F32"})
    void whatIsNoNameIsRefused(String name) {
        assertThatThrownBy(() -> Codec.named(name)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void anUnknownNameIsToldTheKnownOnes() {
        assertThatThrownBy(() -> Codec.named("zip"))
                .hasMessageContaining("Codec (zip) is not known")
                .hasMessageContaining("[f32, f16, bf16, int8, int4, ternary, sign, top, int3]");
    }
}
