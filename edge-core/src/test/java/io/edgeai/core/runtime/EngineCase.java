package io.edgeai.core.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;

/**
 * A model whose answers are known.
 *
 * @param model file or folder
 * @param inputs what to feed
 * @param outputs what must come back, in the model's order
 * @param tolerance largest difference of two floating-point numbers; everything else must be equal
 */
public record EngineCase(Path model, Map<String, Tensor> inputs, Map<String, Tensor> outputs, double tolerance) {
    public void verify(Map<String, Tensor> answer) {
        assertThat(answer).containsOnlyKeys(outputs.keySet());
        outputs.forEach((name, expected) -> {
            Tensor found = answer.get(name);
            assertThat(found.type()).as(name).isEqualTo(expected.type());
            assertThat(found.shape()).as(name).isEqualTo(expected.shape());
            verify(name, found, expected);
        });
    }

    private void verify(String name, Tensor found, Tensor expected) {
        if (expected.type() == ElementType.STRING) {
            assertThat(found.strings()).as(name).isEqualTo(expected.strings());
            return;
        }
        boolean single = expected.type() == ElementType.FLOAT;
        if (!single && expected.type() != ElementType.DOUBLE) {
            assertThat(found.bytes()).as(name).isEqualTo(expected.bytes());
            return;
        }
        ByteBuffer a = found.buffer();
        ByteBuffer b = expected.buffer();
        for (int i = 0; i < expected.elements(); i++) {
            assertThat(single ? a.getFloat(4 * i) : a.getDouble(8 * i))
                    .as("%s[%d]", name, i)
                    .isCloseTo(single ? b.getFloat(4 * i) : b.getDouble(8 * i), within(tolerance));
        }
    }
}
