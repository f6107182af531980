package io.edgeai.benchmarks;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.StatefulSession;
import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine;
import io.edgeai.core.train.GradientGraph;
import io.edgeai.core.train.Loss;
import io.edgeai.core.train.TrainingGraph;
import io.edgeai.core.train.optimizer.Optimizer;
import io.edgeai.core.train.optimizer.UpdateRule;
import io.edgeai.core.train.optimizer.UpdateWriter;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Map;

/** A net trained by a gradient graph on ONNX Runtime, its state kept in one session. */
final class EdgeTraining implements AutoCloseable {
    private final StatefulSession session;
    private final Map<String, Tensor> batch;
    private final FloatBuffer x;
    private final LongBuffer labels;
    private final FloatBuffer loss;

    EdgeTraining(TrainingNet net, int rows, float learningRate, float momentum) {
        OnnxGraph model = net.graph();
        OnnxRuntimeEngine engine = new OnnxRuntimeEngine();
        GradientGraph gradient =
                GradientGraph.builder(model).loss(Loss.crossEntropy()).build().on(engine);
        UpdateRule rule = UpdateRule.of(Optimizer.momentum(momentum));
        this.session = TrainingGraph.step(gradient, rule).open(engine, SessionOptions.defaults());
        session.write(GradientGraph.THETA, gradient.parameters().read(model));
        if (gradient.statistics().size() > 0) {
            session.write(GradientGraph.STATISTICS, gradient.statistics().read(model));
        }
        session.write(UpdateWriter.SCALARS, rule.scalars(1, learningRate));
        long[] shape = new long[net.sample().length + 1];
        shape[0] = rows;
        System.arraycopy(net.sample(), 0, shape, 1, shape.length - 1);
        Tensor examples = Tensor.of(net.examples(0, rows), shape);
        Tensor classes = Tensor.of(new long[rows], rows);
        this.batch = Map.of("x", examples, "labels", classes);
        this.x = examples.buffer().asFloatBuffer();
        this.labels = classes.buffer().asLongBuffer();
        this.loss = session.view(GradientGraph.LOSS).buffer().asFloatBuffer();
    }

    /** One step; the mean loss before it. */
    float step(float[] values, long[] classes) {
        x.put(0, values);
        labels.put(0, classes);
        session.run(batch);
        return loss.get(0);
    }

    @Override
    public void close() {
        session.close();
    }
}
