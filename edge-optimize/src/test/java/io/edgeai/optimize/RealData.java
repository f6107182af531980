package io.edgeai.optimize;

import io.edgeai.core.model.Tensor;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;

/** The real models' own data, in the folder of the system property {@code edgeai.testdata}. */
final class RealData {
    /** Whether to use the whole test sets: {@code -Dedgeai.full=true}. */
    static final boolean FULL = Boolean.getBoolean("edgeai.full");

    private static final float[] CIFAR_MEAN = {.485f, .456f, .406f};
    private static final float[] CIFAR_STD = {.229f, .224f, .225f};

    private final Path root;

    RealData(Path root) {
        this.root = root;
    }

    static int most(int quick, int full) {
        return FULL ? full : quick;
    }

    CalibrationData cifar(boolean raw) {
        return CalibrationData.of(cifarImages("cifar10/train-images.idx4.gz", 64, raw));
    }

    LabelledData cifarTest(boolean raw) {
        int count = most(300, 4000);
        return LabelledData.of(
                cifarImages("cifar10/test-images.idx4.gz", count, raw),
                IdxFile.read(root.resolve("cifar10/test-labels.idx1.gz"), count).labels());
    }

    private float[][] cifarImages(String file, int most, boolean raw) {
        IdxFile idx = IdxFile.read(root.resolve(file), most);
        return raw
                ? idx.normalized(1, new float[3], new float[] {1, 1, 1})
                : idx.normalized(255, CIFAR_MEAN, CIFAR_STD);
    }

    CalibrationData mnist() {
        return CalibrationData.of(mnistImages("mnist/train-images.idx3.gz", 64));
    }

    LabelledData mnistTest() {
        int count = most(1000, 5000);
        return LabelledData.of(
                mnistImages("mnist/test-images.idx3.gz", count),
                IdxFile.read(root.resolve("mnist/test-labels.idx1.gz"), count).labels());
    }

    private float[][] mnistImages(String file, int most) {
        return IdxFile.read(root.resolve(file), most).normalized(255, new float[] {.1307f}, new float[] {.3081f});
    }

    /** Every fourth image is for calibration, the others are for the test. */
    private List<String> imagenetLines(boolean calibration, int most) throws IOException {
        List<String> lines = Files.readAllLines(root.resolve("imagenet/labels.csv"));
        List<String> chosen = new ArrayList<>();
        int at = 0;
        for (String line : lines) {
            String file = line.substring(0, line.indexOf(','));
            if (file.endsWith(".jpg")
                    && Files.exists(root.resolve("imagenet/" + file))
                    && (at++ % 4 == 0) == calibration) {
                chosen.add(line);
            }
        }
        return chosen.subList(0, Math.min(most, chosen.size()));
    }

    CalibrationData imagenet() {
        try {
            List<float[]> images = new ArrayList<>();
            for (String line : imagenetLines(true, most(16, 64))) {
                images.add(jpeg(root.resolve("imagenet/" + line.split(",", 3)[0]), 224, 224, 127.5f, 1, 1));
            }
            return CalibrationData.of(images.toArray(float[][]::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Photographs in another size, pixels from 0 to 1. */
    CalibrationData photographs(int width, int height, int most) {
        try {
            List<float[]> images = new ArrayList<>();
            for (String line : imagenetLines(true, most)) {
                images.add(jpeg(root.resolve("imagenet/" + line.split(",", 3)[0]), width, height, 255, 0, 1));
            }
            return CalibrationData.of(images.toArray(float[][]::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    LabelledData imagenetTest() {
        try {
            List<float[]> images = new ArrayList<>();
            List<Integer> labels = new ArrayList<>();
            for (String line : imagenetLines(false, most(30, 300))) {
                String[] cells = line.split(",", 3);
                images.add(jpeg(root.resolve("imagenet/" + cells[0]), 224, 224, 127.5f, 1, 1));
                labels.add(Integer.valueOf(cells[1]));
            }
            return LabelledData.of(
                    images.toArray(float[][]::new),
                    labels.stream().mapToInt(Integer::intValue).toArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    CalibrationData detection(int width, int height, float scale, float shift, float std) {
        try {
            List<float[]> images = new ArrayList<>();
            for (String name : List.of("0.jpg", "1.jpg", "3.jpg")) {
                images.add(jpeg(root.resolve("detect/" + name), width, height, scale, shift, std));
            }
            return CalibrationData.of(images.toArray(float[][]::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static float[] jpeg(Path file, int width, int height, float scale, float shift, float std)
            throws IOException {
        BufferedImage image = ImageIO.read(file.toFile());
        BufferedImage sized = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = sized.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(image, 0, 0, width, height, null);
        graphics.dispose();
        int[] pixels = sized.getRGB(0, 0, width, height, null, 0, width);
        float[] values = new float[3 * pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            for (int channel = 0; channel < 3; channel++) {
                int level = pixels[i] >> (16 - 8 * channel) & 0xFF;
                values[channel * pixels.length + i] = (level / scale - shift) / std;
            }
        }
        return values;
    }

    List<Map<String, Tensor>> trecIds(String split, int most) {
        IdxFile ids = IdxFile.read(root.resolve("text/trec_" + split + "_ids.idx2.gz"), most);
        List<Map<String, Tensor>> samples = new ArrayList<>();
        for (int i = 0; i < ids.count(); i++) {
            float[] row = ids.row(i);
            long[] values = new long[row.length];
            Arrays.setAll(values, j -> (long) row[j]);
            samples.add(Map.of("ids", Tensor.of(values, 1, row.length)));
        }
        return samples;
    }

    LabelledData trecTest() {
        int most = most(200, 500);
        return LabelledData.of(
                trecIds("test", most),
                IdxFile.read(root.resolve("text/trec_test_labels.idx1.gz"), most)
                        .labels());
    }

    LabelledData spokenDigits() {
        IdxFile features = IdxFile.read(root.resolve("audio/fsdd_test_logmel.idx3.gz"), 300);
        float[][] rows = new float[features.count()][];
        Arrays.setAll(rows, features::row);
        return LabelledData.of(
                rows,
                IdxFile.read(root.resolve("audio/fsdd_test_labels.idx1.gz"), 300)
                        .labels());
    }

    /** Frames of the recording with their 64 samples of context; the state is left at zero. */
    CalibrationData speech(boolean rate) {
        try {
            byte[] wav = Files.readAllBytes(root.resolve("audio/silero_test.wav"));
            List<Map<String, Tensor>> samples = new ArrayList<>();
            for (int frame = 0; frame < 32; frame++) {
                float[] values = new float[576];
                for (int i = 0; i < values.length; i++) {
                    int at = 44 + 2 * (20_000 + frame * 6_000 + i);
                    values[i] = (short) (wav[at] & 0xFF | wav[at + 1] << 8) / 32768f;
                }
                Map<String, Tensor> sample = new java.util.HashMap<>();
                sample.put("input", Tensor.of(values, 1, 576));
                sample.put("state", Tensor.of(new float[256], 2, 1, 128));
                if (rate) {
                    sample.put("sr", Tensor.of(new long[] {16_000}));
                }
                samples.add(sample);
            }
            return CalibrationData.of(samples);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Generated images, for graphs whose weights are generated too. */
    static CalibrationData noise(int values, int count) {
        Random random = new Random(7);
        float[][] samples = new float[count][values];
        for (float[] sample : samples) {
            for (int i = 0; i < values; i++) {
                sample[i] = (float) random.nextGaussian();
            }
        }
        return CalibrationData.of(samples);
    }
}
