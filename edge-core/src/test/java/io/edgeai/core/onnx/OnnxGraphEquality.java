package io.edgeai.core.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/** Asserts that two graphs say the same, part by part. */
final class OnnxGraphEquality {
    private OnnxGraphEquality() {}

    static void assertSame(OnnxGraph a, OnnxGraph b) {
        assertThat(b.name()).isEqualTo(a.name());
        assertThat(b.docString()).isEqualTo(a.docString());
        assertThat(b.inputs()).isEqualTo(a.inputs());
        assertThat(b.outputs()).isEqualTo(a.outputs());
        assertThat(b.valueInfo()).isEqualTo(a.valueInfo());
        assertThat(b.metadata()).isEqualTo(a.metadata());
        assertThat(b.carried()).isEqualTo(a.carried());
        assertThat(b.info().opsets()).isEqualTo(a.info().opsets());
        assertThat(b.info().irVersion()).isEqualTo(a.info().irVersion());
        assertThat(b.info().metadata()).isEqualTo(a.info().metadata());
        assertThat(b.info().functions()).isEqualTo(a.info().functions());
        assertThat(b.info().unknownFields()).isEqualTo(a.info().unknownFields());
        assertThat(new ArrayList<>(b.initializers().keySet()))
                .isEqualTo(new ArrayList<>(a.initializers().keySet()));
        a.initializers()
                .forEach((name, tensor) -> assertSame(tensor, b.initializers().get(name)));
        assertThat(b.nodes()).hasSameSizeAs(a.nodes());
        for (int i = 0; i < a.nodes().size(); i++) {
            assertSame(a.nodes().get(i), b.nodes().get(i));
        }
    }

    private static void assertSame(OnnxTensor a, OnnxTensor b) {
        assertThat(b.type()).isEqualTo(a.type());
        assertThat(b.dims()).isEqualTo(a.dims());
        assertThat(b.data()).isEqualTo(a.data());
        assertThat(b.carried()).isEqualTo(a.carried());
        if (a.type() == io.edgeai.core.model.ElementType.STRING) {
            assertThat(java.util.Arrays.deepEquals(
                            b.strings().toArray(), a.strings().toArray()))
                    .isTrue();
        }
    }

    private static void assertSame(OnnxNode a, OnnxNode b) {
        assertThat(List.of(b.op(), b.domain(), b.name(), b.docString(), b.overload(), b.inputs(), b.outputs()))
                .isEqualTo(List.of(a.op(), a.domain(), a.name(), a.docString(), a.overload(), a.inputs(), a.outputs()));
        assertThat(b.metadata()).isEqualTo(a.metadata());
        assertThat(b.carried()).isEqualTo(a.carried());
        assertThat(b.attributes().keySet()).isEqualTo(a.attributes().keySet());
        a.attributes().forEach((key, value) -> {
            OnnxAttribute other = b.attributes().get(key);
            if (value instanceof OnnxAttribute.OfTensor tensor) {
                assertSame(tensor.value(), ((OnnxAttribute.OfTensor) other).value());
            } else if (value instanceof OnnxAttribute.OfGraph graph) {
                assertSame(graph.value(), ((OnnxAttribute.OfGraph) other).value());
            } else {
                assertThat(other).as(key).isEqualTo(value);
            }
        });
    }
}
