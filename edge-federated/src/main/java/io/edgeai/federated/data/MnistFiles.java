package io.edgeai.federated.data;

import io.edgeai.core.error.InvalidInputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads MNIST and its kin (Fashion-MNIST, EMNIST, KMNIST): IDX files as LeCun published them, plain or {@code .gz}, and a
 * table that says which user holds which image. Pixels become floats 0 to 1.
 */
public final class MnistFiles {
    private static final int MAX_USERS = 1_000_000;
    private static final int MAX_LINE = 8 << 20;
    private static final int MAX_POSITIONS = 1 << 22;

    private MnistFiles() {}

    /** Images of {@code train-images-idx3-ubyte[.gz]} with the labels beside them. */
    public static LabelledSet train(Path folder) {
        return images(find(folder, "train-images-idx3-ubyte"), find(folder, "train-labels-idx1-ubyte"));
    }

    /** Images of {@code t10k-images-idx3-ubyte[.gz]} with the labels beside them. */
    public static LabelledSet test(Path folder) {
        return images(find(folder, "t10k-images-idx3-ubyte"), find(folder, "t10k-labels-idx1-ubyte"));
    }

    /**
     * One IDX file of unsigned-byte images and one of labels; 10 classes, or more where a label says so.
     *
     * @throws InvalidInputException where a file is missing, damaged, cut off, or the two do not belong together
     */
    public static LabelledSet images(Path images, Path labels) {
        int[] classOf = BoundedInput.read(labels, in -> {
            int count = header(in, 1);
            byte[] bytes = in.bytes(count, "Labels");
            in.expectEnd();
            int[] values = new int[count];
            for (int i = 0; i < count; i++) {
                values[i] = bytes[i] & 0xFF;
            }
            return values;
        });
        int classes = 10;
        for (int label : classOf) {
            classes = Math.max(classes, label + 1);
        }
        int classCount = classes;
        return BoundedInput.read(images, in -> {
            int count = header(in, 3);
            int rows = in.integer();
            int columns = in.integer();
            long features = (long) rows * columns;
            if (count != classOf.length) {
                throw in.bad("it has (" + count + ") images but there are " + classOf.length + " labels");
            }
            if (rows < 1 || columns < 1 || features > 1 << 24) {
                throw in.bad("an image has (" + rows + ") rows and (" + columns + ") columns");
            }
            in.require(count * features, "Images");
            byte[] pixels = in.bytes((int) (count * features), "Images");
            float[] values = new float[pixels.length];
            for (int i = 0; i < pixels.length; i++) {
                values[i] = (pixels[i] & 0xFF) / 255f;
            }
            in.expectEnd();
            return LabelledSet.of(values, (int) features, classOf, classCount);
        });
    }

    /**
     * Deals samples to users by a CSV {@code user,part,index} (plain or gzip): part is {@code train} or {@code test},
     * index a list of positions in {@code all} separated by spaces.
     *
     * @param all what positions count in; for MNIST {@code union(train, test)}
     */
    public static FederatedDataset users(LabelledSet all, Path csv) {
        Map<String, LabelledSet> train = new LinkedHashMap<>();
        Map<String, LabelledSet> test = new LinkedHashMap<>();
        BoundedInput.read(csv, in -> {
            readSplit(
                    new BufferedReader(new InputStreamReader(in.stream(), StandardCharsets.UTF_8)),
                    csv,
                    all,
                    train,
                    test);
            return train;
        });
        List<ParticipantData> participants = new ArrayList<>();
        train.forEach((user, set) ->
                participants.add(new ParticipantData(user, set, test.getOrDefault(user, all.range(0, 0)))));
        if (participants.isEmpty()) {
            throw new InvalidInputException("User split (" + csv + ") names no user with training samples.");
        }
        return new FederatedDataset(participants);
    }

    private static void readSplit(
            BufferedReader reader,
            Path csv,
            LabelledSet all,
            Map<String, LabelledSet> train,
            Map<String, LabelledSet> test)
            throws IOException {
        StringBuilder line = new StringBuilder();
        long positions = 0;
        for (int number = 1; nextLine(reader, line, csv, number); number++) {
            String text = line.toString().strip();
            if (text.isEmpty() || (number == 1 && text.startsWith("user,"))) {
                continue;
            }
            String[] cells = text.split(",", -1);
            if (cells.length != 3 || !(cells[1].equals("train") || cells[1].equals("test"))) {
                throw new InvalidInputException("User split (" + csv + ") line " + number
                        + " is not user,train|test,indices. Maybe the file has another column order.");
            }
            Map<String, LabelledSet> part = cells[1].equals("train") ? train : test;
            int[] own = indices(cells[2], csv, number);
            positions += own.length;
            if (positions > MAX_POSITIONS) {
                throw new InvalidInputException("User split (" + csv + ") has more than (" + MAX_POSITIONS
                        + ") positions up to line " + number + ".");
            }
            if (part.put(cells[0], all.select(own)) != null) {
                throw new InvalidInputException(
                        "User split (" + csv + ") line " + number + " repeats user (" + cells[0] + ").");
            }
            if (part.size() > MAX_USERS) {
                throw new InvalidInputException("User split (" + csv + ") has more than (" + MAX_USERS + ") users.");
            }
        }
    }

    private static boolean nextLine(BufferedReader reader, StringBuilder line, Path csv, int number)
            throws IOException {
        line.setLength(0);
        int c = reader.read();
        if (c < 0) {
            return false;
        }
        for (; c >= 0 && c != '\n'; c = reader.read()) {
            if (line.length() == MAX_LINE) {
                throw new InvalidInputException(
                        "User split (" + csv + ") line " + number + " is longer than (" + MAX_LINE + ") characters.");
            }
            line.append((char) c);
        }
        return true;
    }

    private static int[] indices(String cell, Path csv, int number) {
        String[] words = cell.strip().split(" +");
        int[] values = new int[words.length];
        for (int i = 0; i < words.length; i++) {
            try {
                values[i] = Integer.parseInt(words[i]);
            } catch (NumberFormatException e) {
                throw new InvalidInputException(
                        "User split (" + csv + ") line " + number + " has an index (" + words[i] + ") that is none.",
                        e);
            }
        }
        return values;
    }

    private static int header(BoundedInput in, int rank) throws IOException {
        int magic = in.integer();
        if (magic != (0x0800 | rank)) {
            throw in.bad("it begins with (0x" + Integer.toHexString(magic) + "), not IDX of unsigned bytes with " + rank
                    + " dimensions");
        }
        int count = in.integer();
        if (count < 0) {
            throw in.bad("its count is (" + count + ")");
        }
        return count;
    }

    private static Path find(Path folder, String name) {
        Path plain = folder.resolve(name);
        Path zipped = folder.resolve(name + ".gz");
        if (Files.exists(zipped)) {
            return zipped;
        }
        if (Files.exists(plain)) {
            return plain;
        }
        throw new InvalidInputException(
                "Folder (" + folder + ") has no " + name + " or " + name + ".gz. Maybe it is not an MNIST folder.");
    }
}
