package io.edgeai.samples;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.samples.terminal.Terminal;
import java.util.Arrays;
import java.util.List;

/** The shortest way from nothing to an answer: builds a model of two weights in memory, opens it, predicts. */
public final class S00_HelloModel {
    private S00_HelloModel() {}

    public static void main(String[] args) {
        Terminal terminal = Terminal.system();
        terminal.line("20 °C and 30 °C are " + Arrays.toString(fahrenheit(20f, 30f)) + " °F");
    }

    /** Asks a model y = 1.8·x + 32 for as many answers as there are questions. */
    static float[] fahrenheit(float... celsius) {
        OnnxGraph graph = OnnxGraph.create("fahrenheit", 17);
        OnnxType column = new OnnxType.OfTensor(ElementType.FLOAT, List.of(Dim.symbolic("N"), Dim.of(1)));
        graph.inputs().add(new OnnxValue("celsius", column));
        graph.outputs().add(new OnnxValue("fahrenheit", column));
        graph.initializers().put("weight", OnnxTensor.ofFloats(new float[] {1.8f}, 1, 1));
        graph.initializers().put("bias", OnnxTensor.ofFloats(new float[] {32f}, 1));
        graph.add("Gemm", "linear", List.of("celsius", "weight", "bias"), List.of("fahrenheit"));

        try (InferenceSession session = Engines.discover()
                .forFormat(ModelFormat.ONNX)
                .open(OnnxWriter.toBytes(graph), SessionOptions.defaults())) {
            return session.predict(celsius, 0);
        }
    }
}
