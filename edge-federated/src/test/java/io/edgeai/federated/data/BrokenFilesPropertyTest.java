package io.edgeai.federated.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files cut at every byte, changed at every byte, or lying about what they hold. */
class BrokenFilesPropertyTest {
    private static final LabelledSet TEN =
            LabelledSet.of(new float[10], 1, new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, 10);

    @TempDir
    private Path folder;

    enum Kind {
        FSYN {
            @Override
            byte[] good() {
                return FileBytes.fsyn();
            }

            @Override
            Object read(Path file) {
                return FsynFile.read(file);
            }
        },
        IMAGES {
            @Override
            byte[] good() {
                return FileBytes.idxImages(2, 2, 3, new byte[12]);
            }

            @Override
            Object read(Path file) throws IOException {
                Path labels = Files.write(file.resolveSibling("two"), FileBytes.idxLabels(2, new byte[] {3, 9}));
                return MnistFiles.images(file, labels);
            }
        },
        LABELS {
            @Override
            byte[] good() {
                return FileBytes.idxLabels(3, new byte[] {3, 9, 1});
            }

            @Override
            Object read(Path file) throws IOException {
                Path images =
                        Files.write(file.resolveSibling("three"), FileBytes.idxImages(3, 1, 1, new byte[] {1, 2, 3}));
                return MnistFiles.images(images, file);
            }
        };

        abstract byte[] good();

        abstract Object read(Path file) throws IOException;
    }

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("data"), bytes);
    }

    @ParameterizedTest
    @EnumSource
    void wholeFilesAreReadPlainAndZipped(Kind kind) throws IOException {
        assertThat(kind.read(file(kind.good()))).isNotNull();
        assertThat(kind.read(file(FileBytes.gzip(kind.good())))).isNotNull();
    }

    @ParameterizedTest
    @EnumSource
    void aFileCutAnywhereIsRefusedByName(Kind kind) throws IOException {
        byte[] good = kind.good();
        for (int length = 0; length < good.length; length++) {
            Path file = file(Arrays.copyOf(good, length));
            assertThatThrownBy(() -> kind.read(file))
                    .as("%s cut to %d bytes", kind, length)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(file.toString());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aZippedFileCutAnywhereIsRefusedByName(Kind kind) throws IOException {
        byte[] good = FileBytes.gzip(kind.good());
        for (int length = 0; length < good.length; length++) {
            Path file = file(Arrays.copyOf(good, length));
            assertThatThrownBy(() -> kind.read(file))
                    .as("%s cut to %d bytes", kind, length)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(file.toString());
        }
    }

    /** Cut inside before it was zipped: the gzip is sound and what is in it is not. */
    @ParameterizedTest
    @EnumSource
    void aSoundZipOfACutFileIsRefused(Kind kind) throws IOException {
        byte[] good = kind.good();
        for (int length = 0; length < good.length; length++) {
            Path file = file(FileBytes.gzip(Arrays.copyOf(good, length)));
            assertThatThrownBy(() -> kind.read(file))
                    .as("%s cut to %d bytes", kind, length)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(file.toString());
        }
    }

    /** Every byte set to six values: either it reads, or a caller who catches the one exception knows the file. */
    @ParameterizedTest
    @EnumSource
    void aChangedByteReadsOrIsRefusedAndNothingElse(Kind kind) throws IOException {
        int refused = onlyRefuses(kind, kind.good());
        assertThat(refused).isGreaterThan(kind.good().length / 4);
    }

    @ParameterizedTest
    @EnumSource
    void aChangedByteOfAZipReadsOrIsRefusedAndNothingElse(Kind kind) throws IOException {
        byte[] good = FileBytes.gzip(kind.good());
        assertThat(onlyRefuses(kind, good)).isGreaterThan(good.length);
    }

    private int onlyRefuses(Kind kind, byte[] good) throws IOException {
        int refused = 0;
        for (int at = 0; at < good.length; at++) {
            for (int value : new int[] {0, 1, 0x7f, 0x80, 0xff, good[at] ^ 4}) {
                byte[] changed = good.clone();
                changed[at] = (byte) value;
                Path file = file(changed);
                try {
                    kind.read(file);
                } catch (InvalidInputException e) {
                    refused++;
                    assertThat(e).as("%s, byte %d = %d", kind, at, value).hasMessageContaining(folder.toString());
                }
            }
        }
        return refused;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void noiseIsRefused(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] noise = new byte[1 + random.nextInt(3000)];
        random.nextBytes(noise);
        Path file = file(noise);
        for (Kind kind : Kind.values()) {
            assertThatThrownBy(() -> kind.read(file)).as("seed %d", seed).isInstanceOf(InvalidInputException.class);
        }
        assertThatThrownBy(() -> MnistFiles.users(TEN, file))
                .as("seed %d", seed)
                .isInstanceOf(EdgeException.class);
    }

    /** Random edits of a user split: it reads or it says what is wrong, by file or by sample. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void editedSplitsReadOrAreRefused(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        String good = "user,part,index\nann,train,0 1 2\nann,test,3\nbob,train,4 5 6 7\nbob,test,8 9\n";
        String letters = "0 9,-\n\rtx\t\"";
        for (int edit = 0; edit < 300; edit++) {
            StringBuilder text = new StringBuilder(good);
            for (int change = random.nextInt(3); change >= 0; change--) {
                text.setCharAt(random.nextInt(text.length()), letters.charAt(random.nextInt(letters.length())));
            }
            Path file = file(text.toString().getBytes(StandardCharsets.UTF_8));
            try {
                assertThat(MnistFiles.users(TEN, file).size()).isPositive();
            } catch (InvalidInputException e) {
                assertThat(e.getMessage())
                        .as("seed %d: %s", seed, text)
                        .containsAnyOf(file.toString(), "Sample (", "id");
            }
        }
    }

    /**
     * Regression: what a header claimed was allocated before it was read. Two megabytes of gzip may hold two gigabytes, so
     * this claim passes the bound, and the memory of the test would not.
     */
    @Test
    void aClaimThatFitsTheRatioTakesMemoryOnlyAsBytesCome() throws IOException {
        byte[] noise = new byte[2_300_000];
        new SplittableRandom(1).nextBytes(noise);
        Path labels = file(FileBytes.gzip(FileBytes.idxLabels(2_100_000_000, noise)));
        assertThatThrownBy(() -> MnistFiles.images(labels, labels))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("ends early");
        ByteBuffer users = ByteBuffer.allocate(24 + noise.length).order(ByteOrder.LITTLE_ENDIAN);
        users.put(FileBytes.fsyn(), 0, 4)
                .putInt(1)
                .putInt(1)
                .putInt(3)
                .putInt(500_000_000)
                .putInt(1)
                .put(noise);
        Path fsyn = file(FileBytes.gzip(users.array()));
        assertThatThrownBy(() -> FsynFile.read(fsyn))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("ends early");
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MAX_VALUE, 1_000_000, 3})
    void aPlainFileCannotClaimMoreThanItsLength(int count) throws IOException {
        Path labels = file(FileBytes.idxLabels(count, new byte[] {1, 2}));
        assertThatThrownBy(() -> MnistFiles.images(labels, labels))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Labels needs (" + count + ") bytes, more than the file can hold");
    }

    /** Three labels and then as many zeros as one likes: refused at the first, not after the last. */
    @Test
    void aBombBehindTheLastElementIsNotUnpacked() throws IOException {
        Path bomb = folder.resolve("bomb.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(bomb))) {
            out.write(FileBytes.idxLabels(3, new byte[] {1, 2, 3}));
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 40; i++) {
                out.write(zeros);
            }
        }
        assertThat(Files.size(bomb)).isLessThan(100_000);
        assertThatThrownBy(() -> MnistFiles.images(bomb, bomb)).hasMessageContaining("goes on after its last element");
    }

    /** Regression: positions may repeat, so a small zip could name without end and fill the memory. */
    @Test
    void aBombOfPositionsIsRefused() throws IOException {
        Path bomb = folder.resolve("users.csv.gz");
        byte[] million = "7 ".repeat(1_000_000).getBytes(StandardCharsets.US_ASCII);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(bomb))) {
            for (int user = 0; user < 6; user++) {
                out.write(("u" + user + ",train,").getBytes(StandardCharsets.US_ASCII));
                out.write(million);
                out.write('\n');
            }
        }
        assertThat(Files.size(bomb)).isLessThan(200_000);
        assertThatThrownBy(() -> MnistFiles.users(TEN, bomb))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("has more than (4194304) positions up to line 5");
    }

    @Test
    void aLineWithoutEndIsRefused() throws IOException {
        Path bomb = folder.resolve("line.csv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(bomb))) {
            byte[] spaces = new byte[1 << 20];
            Arrays.fill(spaces, (byte) ' ');
            for (int i = 0; i < 9; i++) {
                out.write(spaces);
            }
        }
        assertThatThrownBy(() -> MnistFiles.users(TEN, bomb))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("line 1 is longer than (8388608) characters");
    }

    /** Regression: the product of two negative sizes is positive, and an image of −2 × −3 pixels was read. */
    @ParameterizedTest
    @CsvSource({"-2,-3", "0,6", "6,0", "-1,6", "65536,65536", "2147483647,2147483647"})
    void imagesWithImpossibleSizesAreRefused(int rows, int columns) throws IOException {
        Path labels = Files.write(folder.resolve("labels"), FileBytes.idxLabels(1, new byte[] {1}));
        Path images = file(FileBytes.idxImages(1, rows, columns, new byte[6]));
        assertThatThrownBy(() -> MnistFiles.images(images, labels))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("an image has (" + rows + ") rows and (" + columns + ") columns");
    }

    /** Regression: the message named the sample and not the file. */
    @ParameterizedTest
    @ValueSource(ints = {3, 4, 200, 255})
    void aLabelBeyondTheClassesNamesTheFile(int label) throws IOException {
        byte[] bytes = FileBytes.fsyn();
        bytes[40] = (byte) label;
        Path file = file(bytes);
        assertThatThrownBy(() -> FsynFile.read(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("File (" + file + ") is not what it should be: a label is (" + label + ") of 3 classes.");
    }

    @Test
    void aFolderIsNoFile() {
        for (Kind kind : Kind.values()) {
            assertThatThrownBy(() -> kind.read(folder)).isInstanceOf(EdgeException.class);
        }
    }

    /** Each value of a byte is one shade, and labels above 9 make more classes. */
    @Test
    void allShadesAndManyClasses() throws IOException {
        byte[] shades = new byte[256];
        byte[] classes = new byte[256];
        for (int i = 0; i < 256; i++) {
            shades[i] = (byte) i;
            classes[i] = (byte) (i % 62);
        }
        Path labels = Files.write(folder.resolve("labels"), FileBytes.idxLabels(256, classes));
        LabelledSet set = MnistFiles.images(file(FileBytes.idxImages(256, 1, 1, shades)), labels);
        assertThat(set.classes()).isEqualTo(62);
        for (int i = 0; i < 256; i++) {
            assertThat(set.sample(i)[0]).isEqualTo(i / 255f);
            assertThat(set.label(i)).isEqualTo(i % 62);
        }
    }

    /** Random sets written to the format and read back. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void fsynKeepsEveryBit(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        int users = 1 + random.nextInt(6);
        int features = 1 + random.nextInt(7);
        int classes = 2 + random.nextInt(255);
        ByteBuffer out = ByteBuffer.allocate(100_000).order(ByteOrder.LITTLE_ENDIAN);
        out.put(FileBytes.fsyn(), 0, 4).putInt(users).putInt(features).putInt(classes);
        float[][][] values = new float[users][2][];
        int[][][] labels = new int[users][2][];
        for (int user = 0; user < users; user++) {
            int[] counts = {1 + random.nextInt(20), random.nextInt(20)};
            out.putInt(counts[0]).putInt(counts[1]);
            for (int part = 0; part < 2; part++) {
                values[user][part] = new float[counts[part] * features];
                for (int i = 0; i < values[user][part].length; i++) {
                    values[user][part][i] = (float) random.nextGaussian();
                    out.putFloat(values[user][part][i]);
                }
                labels[user][part] = random.ints(counts[part], 0, classes).toArray();
                for (int label : labels[user][part]) {
                    out.put((byte) label);
                }
            }
        }
        byte[] bytes = Arrays.copyOf(out.array(), out.position());
        FederatedDataset data = FsynFile.read(file(seed % 2 == 0 ? bytes : FileBytes.gzip(bytes)));
        assertThat(data.size()).as("seed %d", seed).isEqualTo(users);
        for (int user = 0; user < users; user++) {
            LabelledSet[] parts = {
                data.participants().get(user).train(),
                data.participants().get(user).test()
            };
            for (int part = 0; part < 2; part++) {
                assertThat(parts[part].values()).as("seed %d", seed).isEqualTo(values[user][part]);
                assertThat(parts[part].classes()).as("seed %d", seed).isEqualTo(classes);
                for (int i = 0; i < labels[user][part].length; i++) {
                    assertThat(parts[part].label(i)).as("seed %d", seed).isEqualTo(labels[user][part][i]);
                }
            }
        }
    }
}
