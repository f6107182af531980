package io.edgeai.placement.deploy.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.placement.deploy.Models;
import io.edgeai.placement.deploy.delta.TensorExtents.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorExtentsTest {
    @TempDir
    private Path folder;

    @Test
    void findsTheBytesOfEveryInitializer() throws IOException {
        byte[] model = Models.onnx("tool")
                .tensor("conv.weight", new float[] {1.5f, -2})
                .tensor("fc.bias", new float[] {7})
                .bytes();
        try (FileChannel file = FileChannel.open(Models.write(folder.resolve("m"), model))) {
            Map<String, Extent> extents = TensorExtents.of(file);

            assertThat(extents.keySet()).containsExactly("conv.weight", "fc.bias");
            assertThat(floats(model, extents.get("conv.weight"))).containsExactly(1.5f, -2);
            assertThat(floats(model, extents.get("fc.bias"))).containsExactly(7);
        }
    }

    @Test
    void filesOfOtherKindsHaveNone() throws IOException {
        for (long seed = 0; seed < 50; seed++) {
            Path noise = Models.noise(folder.resolve("noise"), 5000, seed);
            try (FileChannel file = FileChannel.open(noise)) {
                assertThat(TensorExtents.of(file)).as("seed " + seed).isEmpty();
            }
        }
    }

    private static float[] floats(byte[] model, Extent extent) {
        float[] values = new float[(int) extent.length() / 4];
        ByteBuffer.wrap(model, (int) extent.start(), (int) extent.length())
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return values;
    }
}
