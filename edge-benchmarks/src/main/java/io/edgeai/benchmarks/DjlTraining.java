package io.edgeai.benchmarks;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.Pair;
import io.edgeai.core.onnx.OnnxTensor;
import java.nio.FloatBuffer;
import java.util.Iterator;
import java.util.List;

/** A net as DJL blocks on PyTorch, trained as DJL's guide shows: gradient collector, loss, {@code Trainer.step}. */
final class DjlTraining implements AutoCloseable {
    private final TrainingNet net;
    private final Model model;
    private final Trainer trainer;

    DjlTraining(TrainingNet net, int batch, float learningRate, float momentum) {
        this.net = net;
        this.model = Model.newInstance(net.name(), "PyTorch");
        model.setBlock(block(net));
        this.trainer = model.newTrainer(new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                .optOptimizer(Optimizer.sgd()
                        .setLearningRateTracker(Tracker.fixed(learningRate))
                        .optMomentum(momentum)
                        .build()));
        trainer.initialize(shape(batch));
        Iterator<OnnxTensor> weights = net.graph().initializers().values().iterator();
        for (Pair<String, Parameter> parameter : model.getBlock().getParameters()) {
            OnnxTensor given = weights.next();
            NDArray array = parameter.getValue().getArray();
            if (array.size() != given.elements()) {
                throw new IllegalStateException(parameter.getKey() + " has " + array.getShape() + ", not " + given);
            }
            boolean needed = array.hasGradient();
            array.setRequiresGradient(false);
            array.set(FloatBuffer.wrap(given.floats()));
            array.setRequiresGradient(needed);
        }
        if (weights.hasNext()) {
            throw new IllegalStateException("DJL's net has fewer parameters than ours.");
        }
    }

    /** Whether DJL finds PyTorch here. */
    static boolean available() {
        try {
            return Engine.hasEngine("PyTorch") && Engine.getEngine("PyTorch") != null;
        } catch (EngineException e) {
            return false;
        }
    }

    /** One step; the mean loss before it. */
    float step(float[] x, long[] labels) {
        try (NDManager manager = trainer.getManager().newSubManager()) {
            NDArray loss;
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDList answer = trainer.forward(new NDList(manager.create(x, shape(labels.length))));
                loss = trainer.getLoss().evaluate(new NDList(manager.create(labels)), answer);
                collector.backward(loss);
            }
            trainer.step();
            return loss.getFloat();
        }
    }

    private Shape shape(int rows) {
        return new Shape(rows).addAll(new Shape(net.sample()));
    }

    @Override
    public void close() {
        trainer.close();
        model.close();
    }

    private static Block block(TrainingNet net) {
        SequentialBlock all = new SequentialBlock();
        switch (net) {
            case MLP_2NN ->
                all.add(dense(200))
                        .add(Activation.reluBlock())
                        .add(dense(200))
                        .add(Activation.reluBlock())
                        .add(dense(10));
            case SMALL_CNN ->
                all.add(conv(16, 3, 1, true))
                        .add(Activation.reluBlock())
                        .add(pool())
                        .add(conv(32, 3, 1, true))
                        .add(Activation.reluBlock())
                        .add(pool())
                        .add(Blocks.batchFlattenBlock())
                        .add(dense(64))
                        .add(Activation.reluBlock())
                        .add(dense(10));
            case RESNET_20 -> {
                all.add(conv(16, 3, 1, false)).add(normalize()).add(Activation.reluBlock());
                int width = 16;
                for (int out : new int[] {16, 32, 64}) {
                    for (int block = 0; block < 3; block++) {
                        all.add(residual(width, out));
                        width = out;
                    }
                }
                all.add(Pool.globalAvgPool2dBlock())
                        .add(Blocks.batchFlattenBlock())
                        .add(dense(10));
            }
        }
        return all;
    }

    private static Block residual(int in, int out) {
        int stride = in == out ? 1 : 2;
        Block main = new SequentialBlock()
                .add(conv(out, 3, stride, false))
                .add(normalize())
                .add(Activation.reluBlock())
                .add(conv(out, 3, 1, false))
                .add(normalize());
        Block shortcut = in == out
                ? Blocks.identityBlock()
                : new SequentialBlock().add(conv(out, 1, stride, false)).add(normalize());
        return new ParallelBlock(
                branches -> new NDList(Activation.relu(
                        branches.get(0).singletonOrThrow().add(branches.get(1).singletonOrThrow()))),
                List.of(main, shortcut));
    }

    private static Block dense(int out) {
        return Linear.builder().setUnits(out).build();
    }

    private static Block conv(int out, int kernel, int stride, boolean bias) {
        return Conv2d.builder()
                .setKernelShape(new Shape(kernel, kernel))
                .optPadding(new Shape(kernel / 2, kernel / 2))
                .optStride(new Shape(stride, stride))
                .optBias(bias)
                .setFilters(out)
                .build();
    }

    private static Block normalize() {
        return BatchNorm.builder().optEpsilon(1e-5f).optMomentum(0.9f).build();
    }

    private static Block pool() {
        return Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2));
    }
}
