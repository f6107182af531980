package io.edgeai.formats.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TorchFileTest {
    @TempDir
    Path dir;

    private TorchFile open(StateDictFile file, boolean legacy) {
        Path path = dir.resolve("weights.bin");
        return TorchFile.open(legacy ? file.legacy(path) : file.zip(path));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tensorsAndParametersAreRead(boolean legacy) {
        StateDictFile file = new StateDictFile();
        file.tensor("a.weight", file.floats(1, 2, 3, 4, 5, 6), 2, 3).parameter("b", file.floats(-7), 1);
        file.tensor("scalar", file.floats(8));

        TorchFile torch = open(file, legacy);

        assertThat(torch.entries().keySet()).containsExactly("a.weight", "b", "scalar");
        OnnxTensor weight = torch.tensor("a.weight");
        assertThat(weight.dims()).containsExactly(2, 3);
        assertThat(weight.floats()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(torch.tensor("b").floats()).containsExactly(-7);
        assertThat(torch.tensor("scalar").dims()).isEmpty();
    }

    /** The oracle indexes the storage as PyTorch documents it: offset plus the sum of index times stride. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void viewsWithAnyStridesAreTakenElementByElement(boolean legacy) {
        Random random = new Random(3);
        float[] storage = new float[200];
        for (int i = 0; i < storage.length; i++) {
            storage[i] = random.nextFloat();
        }
        long[][] strides = {{20, 4, 1}, {1, 5, 20}, {12, 1, 4}, {0, 7, 2}};
        StateDictFile file = new StateDictFile();
        int shared = file.floats(storage);
        for (int i = 0; i < strides.length; i++) {
            file.view("v" + i, shared, 11 + i, new long[] {3, 5, 4}, strides[i], false);
        }

        TorchFile torch = open(file, legacy);

        for (int v = 0; v < strides.length; v++) {
            float[] found = torch.tensor("v" + v).floats();
            for (int i = 0; i < 60; i++) {
                long place = 11 + v + i / 20 * strides[v][0] + i / 4 % 5 * strides[v][1] + i % 4 * strides[v][2];
                assertThat(found[i]).as("view %d at %d", v, i).isEqualTo(storage[(int) place]);
            }
        }
    }

    @Test
    void otherTypesKeepTheirBytes() {
        StateDictFile file = new StateDictFile();
        ByteBuffer longs = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        file.tensor("ids", file.storage(ElementType.INT64, longs.putLong(-1).putLong(1L << 40)), 2);
        ByteBuffer halves = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        file.tensor(
                "half",
                file.storage(
                        ElementType.FLOAT16, halves.putShort((short) 0x3c00).putShort((short) 0xc000)),
                2);

        TorchFile torch = open(file, false);

        assertThat(torch.tensor("ids").longs()).containsExactly(-1, 1L << 40);
        assertThat(torch.tensor("half").type()).isEqualTo(ElementType.FLOAT16);
        assertThat(torch.tensor("half").data().getShort(2)).isEqualTo((short) 0xc000);
    }

    @Test
    void nestedDictsAreNamedWithDotsAndPlainValuesPassedOver() {
        StateDictFile file = new StateDictFile();
        file.tensor("w", file.floats(1), 1)
                .entry("epoch", "K\3")
                .entry("note", "X\2\0\0\0hi")
                .entry("none", "N");

        assertThat(open(file, false).entries().keySet()).containsExactly("w");
    }

    @Test
    void aTensorThatIsNotThereIsNamed() {
        StateDictFile file = new StateDictFile();
        TorchFile torch = open(file.tensor("w", file.floats(1), 1), false);

        assertThatThrownBy(() -> torch.tensor("v"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(v)")
                .hasMessageContaining("Maybe one of [w]");
    }

    @Test
    void aStorageOfAnotherSizeIsDamage() {
        StateDictFile file = new StateDictFile();
        file.tensor("w", file.floats(1, 2), 2);
        TorchFile torch = TorchFile.open(file.zip(dir.resolve("x"), Map.of("archive/data/0", new byte[4])));

        assertThatThrownBy(() -> torch.tensor("w"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("Storage (0)")
                .hasMessageContaining("4 bytes where 8");
    }

    /** Every prefix of a file, and every file with one byte changed, gives its tensors or a typed error. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void damageIsATypedError(boolean legacy) throws IOException {
        StateDictFile file = new StateDictFile();
        file.tensor("w", file.floats(1, 2, 3), 3).parameter("p", file.floats(4, 5), 1, 2);
        Path path = dir.resolve("weights.bin");
        byte[] whole = Files.readAllBytes(legacy ? file.legacy(path) : file.zip(path));
        Random random = new Random(9);
        int refused = 0;
        for (int round = 0; round < 1500; round++) {
            byte[] bytes = whole.clone();
            if (round % 2 == 0) {
                bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
            } else {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Files.write(path, bytes);
            try {
                TorchFile torch = TorchFile.open(path);
                torch.entries().keySet().forEach(torch::tensor);
            } catch (io.edgeai.core.error.EdgeException e) {
                refused++;
            }
        }
        assertThat(refused).as("seed 9").isGreaterThan(700);
    }
}
