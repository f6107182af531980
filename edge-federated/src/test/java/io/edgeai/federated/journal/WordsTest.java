package io.edgeai.federated.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.StorageException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class WordsTest {
    private static byte[] bytes(Words words) {
        ByteBuffer payload = words.payload();
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        return bytes;
    }

    @Test
    void valuesComeBackInOrderAndToTheBit() {
        float[] floats = {Float.NaN, -0f, Float.MIN_VALUE, 3};
        double[] large = new double[1000];
        Arrays.setAll(large, i -> 1.0 / (i + 1));
        Words words = Words.reading(bytes(Words.writing()
                .put(-7)
                .put(1L << 40)
                .put(Math.PI)
                .put("Größe 🌍")
                .put(floats)
                .put(large)
                .put(new double[][] {{1}, {}, {2, 3}})
                .put(new float[][] {{}, {-0f, 3}})));
        assertThat(words.integer()).isEqualTo(-7);
        assertThat(words.wide()).isEqualTo(1L << 40);
        assertThat(words.number()).isEqualTo(Math.PI);
        assertThat(words.text()).isEqualTo("Größe 🌍");
        assertThat(words.floats())
                .usingComparator((a, b) -> Arrays.equals(a, b) ? 0 : 1)
                .isEqualTo(floats);
        assertThat(words.doubles()).isEqualTo(large);
        assertThat(words.table()).isDeepEqualTo(new double[][] {{1}, {}, {2, 3}});
        assertThat(words.rows()).isDeepEqualTo(new float[][] {{}, {-0f, 3}});
    }

    @Test
    void integersAreBigEndian() {
        assertThat(bytes(Words.writing().put(0x01020304).put(new float[] {1})))
                .containsExactly(1, 2, 3, 4, 0, 0, 0, 1, 0x3f, 0x80, 0, 0);
    }

    @Test
    void whatIsNotThereIsNotMadeUp() {
        byte[] payload = bytes(Words.writing().put(1000).put(1));
        assertThatThrownBy(() -> Words.reading(payload).floats())
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("names (1000) values and has (4) bytes");
        Words words = Words.reading(payload);
        words.wide();
        assertThatThrownBy(words::integer).isInstanceOf(StorageException.class).hasMessageContaining("ends too early");
        assertThatThrownBy(() -> Words.reading(new byte[] {-1, -1, -1, -1}).text())
                .isInstanceOf(StorageException.class);
    }
}
