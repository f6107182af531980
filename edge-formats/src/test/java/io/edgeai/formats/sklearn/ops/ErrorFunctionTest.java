package io.edgeai.formats.sklearn.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine;
import io.edgeai.formats.sklearn.graph.Emitter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** Against erf's power series, summed with sixty digits. */
class ErrorFunctionTest {
    private static final MathContext DIGITS = new MathContext(60);
    private static final double TWO_OVER_ROOT_PI = 1.1283791670955126;

    private static double series(double x) {
        BigDecimal value = new BigDecimal(x);
        BigDecimal square = value.multiply(value, DIGITS);
        BigDecimal power = value;
        BigDecimal sum = value;
        for (int n = 1; n < 250; n++) {
            power = power.multiply(square, DIGITS).divide(BigDecimal.valueOf(-n), DIGITS);
            sum = sum.add(power.divide(BigDecimal.valueOf(2L * n + 1), DIGITS), DIGITS);
        }
        return sum.doubleValue() * TWO_OVER_ROOT_PI;
    }

    @Test
    void agreesWithThePowerSeries() {
        double[] x = DoubleStream.concat(
                        DoubleStream.iterate(-6.5, v -> v < 6.5, v -> v + 0.0625),
                        DoubleStream.of(0.46875, -0.46875, Math.nextUp(0.46875), 1e-300, -1e-9, 0))
                .toArray();
        OnnxGraph graph = OnnxGraph.create("erf", 20);
        OnnxType type = new OnnxType.OfTensor(ElementType.DOUBLE, List.of(Dim.symbolic("N")));
        graph.inputs().add(new OnnxValue("x", type));
        graph.outputs().add(new OnnxValue(ErrorFunction.of(new Emitter(graph), "x"), type));
        double[] erf;
        try (InferenceSession session = new OnnxRuntimeEngine()
                .open(OnnxWriter.toBytes(graph), SessionOptions.defaults().slots(1))) {
            erf = session.run(Map.of("x", Tensor.of(x, x.length)))
                    .values()
                    .iterator()
                    .next()
                    .doubles();
        }
        for (int i = 0; i < x.length; i++) {
            double expected = series(x[i]);
            double off = expected == 0 ? Math.abs(erf[i]) : Math.abs(erf[i] / expected - 1);
            assertThat(off).as("erf(" + x[i] + ")").isLessThan(1e-15);
        }
    }
}
