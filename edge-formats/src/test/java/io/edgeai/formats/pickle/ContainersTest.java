package io.edgeai.formats.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAOutputStream;
import org.tukaani.xz.XZOutputStream;

/** The compressed forms of joblib, packed by other libraries' writers. */
class ContainersTest {
    private enum Packing {
        ZLIB {
            @Override
            OutputStream over(OutputStream out) {
                return new DeflaterOutputStream(out);
            }
        },
        GZIP {
            @Override
            OutputStream over(OutputStream out) throws IOException {
                return new GZIPOutputStream(out);
            }
        },
        BZIP2 {
            @Override
            OutputStream over(OutputStream out) throws IOException {
                return new BZip2CompressorOutputStream(out);
            }
        },
        XZ {
            @Override
            OutputStream over(OutputStream out) throws IOException {
                return new XZOutputStream(out, new LZMA2Options());
            }
        },
        LZMA {
            @Override
            OutputStream over(OutputStream out) throws IOException {
                return new LZMAOutputStream(out, new LZMA2Options(), -1);
            }
        },
        LZ4 {
            @Override
            OutputStream over(OutputStream out) throws IOException {
                return new FramedLZ4CompressorOutputStream(out);
            }
        };

        abstract OutputStream over(OutputStream out) throws IOException;

        byte[] pack(byte[] content) throws IOException {
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (OutputStream out = over(packed)) {
                out.write(content);
            }
            return packed.toByteArray();
        }
    }

    private static final PickleLimits LIMITS = PickleLimits.DEFAULT;

    @ParameterizedTest
    @EnumSource
    void eachPackingGivesBackItsContent(Packing packing) throws IOException {
        for (int seed = 0; seed < 12; seed++) {
            Random random = new Random(seed);
            byte[] content = new byte[1 << (seed + 6)];
            random.nextBytes(content);
            Arrays.fill(content, content.length / 2, content.length, (byte) 'a');
            byte[] pickle = PickleCode.start()
                    .text("B")
                    .u32(content.length)
                    .bytes(content)
                    .stop();
            assertThat(PickleReader.read(packing.pack(pickle), LIMITS))
                    .as("seed " + seed)
                    .isEqualTo(content);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Deflater.NO_COMPRESSION, Deflater.BEST_SPEED, Deflater.DEFAULT_COMPRESSION, 9})
    void zlibOfEachLevelIsTold(int level) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new DeflaterOutputStream(packed, new Deflater(level))) {
            out.write("K\7.".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(packed.toByteArray()[0]).as("the first byte of zlib").isEqualTo((byte) 0x78);
        assertThat(PickleReader.read(packed.toByteArray(), LIMITS)).isEqualTo(7L);
    }

    /** Compressors that run in parallel write several streams one after the other. */
    @ParameterizedTest
    @EnumSource(names = {"GZIP", "BZIP2", "XZ"})
    void streamsInARowAreOneContent(Packing packing) throws IOException {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.write(packing.pack("]K\1a".getBytes(StandardCharsets.UTF_8)));
        both.write(packing.pack("K\2a.".getBytes(StandardCharsets.UTF_8)));
        assertThat(PickleReader.read(both.toByteArray(), LIMITS)).isEqualTo(java.util.List.of(1L, 2L));
    }

    @ParameterizedTest
    @EnumSource
    void cutStreamsAreNamed(Packing packing) throws IOException {
        byte[] content = new byte[5000];
        new Random(3).nextBytes(content);
        byte[] packed = packing.pack(
                PickleCode.start().text("B").u32(content.length).bytes(content).stop());
        for (int cut = 8; cut < packed.length / 2; cut += 97) {
            byte[] part = Arrays.copyOf(packed, cut);
            assertThatThrownBy(() -> PickleReader.read(part, LIMITS))
                    .as("cut at " + cut)
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("Maybe");
        }
    }

    /** 4 MiB of zeros in a few kilobytes end at the bound of 1 MiB, whatever the packing. */
    @ParameterizedTest
    @EnumSource
    void bombsEndAtTheBound(Packing packing) throws IOException {
        byte[] packed = packing.pack(new byte[4 << 20]);
        assertThat(packed.length).isLessThan(1 << 16);
        assertThatThrownBy(() -> PickleReader.read(packed, new PickleLimits(1 << 20, 1, 1000, 10)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(
                        "unpacks (" + packing.name().toLowerCase(java.util.Locale.ROOT) + ") to more than")
                .hasMessageContaining("Maybe the file is hostile");
    }

    /** A header may ask for a dictionary of gigabytes; it is refused before it is allocated. */
    @Test
    void dictionariesBeyondTheirBoundAreRefused() throws IOException {
        byte[] packed = Packing.LZMA.pack("N.".getBytes(StandardCharsets.UTF_8));
        byte[] greedy = packed.clone();
        greedy[4] = 0x7f;
        assertThatThrownBy(() -> PickleReader.read(greedy, LIMITS))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("lzma")
                .hasMessageContaining("memory");
        assertThat(PickleReader.read(packed, LIMITS)).isEqualTo(PyNone.NONE);
    }

    /** The mark alone does not make a container: what follows it must unpack. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u001f\u008b",
                "x\u009c",
                "x\u009cgarbage",
                "BZh",
                "BZh9garbage",
                "\u00fd7zXZ\0",
                "]\0\0",
                "]\0\0garbage",
                "\4\"M\u0018",
                "\4\"M\u0018garbage"
            })
    void marksWithoutContentAreNamed(String latin) {
        byte[] bytes = latin.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> PickleReader.read(bytes, LIMITS))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("does not unpack")
                .hasMessageContaining("fetch it again");
    }

    /** {@code 0x78} opens zlib only where the two first bytes are a multiple of 31 (RFC 1950). */
    @Test
    void otherBytesAreTheContentThemselves() {
        byte[] plain = {0x78, 0x00, 1, 2};
        assertThat(Containers.unpack(plain, LIMITS)).isSameAs(plain);
        assertThat(Containers.unpack(new byte[] {0x78}, LIMITS)).containsExactly(0x78);
        assertThat(Containers.unpack(new byte[0], LIMITS)).isEmpty();
        byte[] list = "]K\1a.".getBytes(StandardCharsets.UTF_8);
        assertThat(Containers.unpack(list, LIMITS)).isSameAs(list);
    }

    /** What is unpacked is not unpacked again: a container within a container is no pickle. */
    @Test
    void onlyOneLayerIsTaken() throws IOException {
        byte[] twice = Packing.GZIP.pack(Packing.GZIP.pack("N.".getBytes(StandardCharsets.UTF_8)));
        assertThatThrownBy(() -> PickleReader.read(twice, LIMITS)).hasMessageContaining("unknown opcode (31)");
    }
}
