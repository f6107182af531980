package io.edgeai.samples.cli;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.training.DenseNetwork;
import io.edgeai.federated.training.Training;
import io.edgeai.samples.Graphs;
import io.edgeai.samples.convnet.SmallConvNet;
import io.edgeai.samples.data.IdxFile;
import io.edgeai.samples.data.NpyFile;
import io.edgeai.samples.data.NpzFile;
import io.edgeai.samples.shapes.DrawnDigits;
import io.edgeai.samples.shapes.LabelledImages;
import java.nio.file.Path;
import java.util.Map;

/** A dense and a convolutional network of drawn digits, 20 pixels wide, and 200 digits with their classes in files. */
final class OptimizedDigits {
    static final int SAMPLES = 200;

    private final Path folder;
    private final Path model;
    private final Path convolutional;
    private final LabelledImages digits;

    OptimizedDigits(Path folder) {
        this.folder = folder;
        LabelledImages train = DrawnDigits.defaults().draw(1000, 1);
        LabelledSet set = LabelledSet.of(train.pixels(), 400, train.labels(), 10);
        model = Graphs.write(
                Training.fit(DenseNetwork.mlp(400, 10, 128), set, 3, 0.05, 1, Progress.NONE)
                        .model()
                        .toOnnx("digits"),
                folder.resolve("digits.onnx"));
        convolutional = Graphs.write(new SmallConvNet(20, 10, 1).toOnnx(), folder.resolve("conv.onnx"));
        digits = DrawnDigits.defaults().draw(SAMPLES, 2);
        Tensor images = Tensor.of(digits.pixels(), SAMPLES, 400);
        NpyFile.write(images, folder.resolve("x.npy"));
        NpzFile.write(Map.of("features", images), folder.resolve("x.npz"));
        NpyFile.write(Tensor.of(digits.labels(), SAMPLES), folder.resolve("y.npy"));
        byte[] labels = new byte[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            labels[i] = (byte) digits.label(i);
        }
        IdxFile.write(Tensor.ofBytes(ElementType.UINT8, labels, SAMPLES), folder.resolve("y.idx1"));
    }

    /** Three epochs of 1,000 digits. */
    Path model() {
        return model;
    }

    /** Not trained. */
    Path convolutional() {
        return convolutional;
    }

    LabelledImages digits() {
        return digits;
    }

    /** A file of the digits' pixels ({@code x.npy}, {@code x.npz}) or classes ({@code y.npy}, {@code y.idx1}). */
    Path data(String name) {
        return folder.resolve(name);
    }

    /** How many digits a file reads rightly, asked of the engine itself. */
    int right(Path file) {
        int right = 0;
        try (InferenceSession session =
                Engines.discover().forFormat(ModelFormat.ONNX).open(file, SessionOptions.defaults())) {
            for (int i = 0; i < SAMPLES; i++) {
                float[] scores = session.predict(digits.image(i), 0);
                int best = 0;
                for (int c = 1; c < scores.length; c++) {
                    best = scores[c] > scores[best] ? c : best;
                }
                right += best == digits.label(i) ? 1 : 0;
            }
        }
        return right;
    }

    float[] outputs(Path file) {
        try (InferenceSession session =
                Engines.discover().forFormat(ModelFormat.ONNX).open(file, SessionOptions.defaults())) {
            return session.predict(digits.image(0), 0);
        }
    }
}
