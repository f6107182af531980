package io.edgeai.samples.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.zip.InflaterInputStream;

/**
 * A TensorFlow Lite model of two signatures, as the test SignaturesTest of edge-formats writes it: negate turns x [2]
 * into negated, subtract a minuend and a subtrahend [2] into difference, again and given.
 */
final class TwoSignatures {
    private static final String BYTES =
            "eNrVVDtOw0AQnTUGLGQhI0XIRQoXKUJnPkUkKCgQokhJSWPijXGBi8RBFCkoOUIOwEE4AGWOwBE4ADP22BjjXScS"
                    + "QmKkl13tZOa9mVmvBwDXl8PjDnTBBAtscKADZG75u4GgsxvEmwmwRLwjDPafICgOj7IMZA7iFCF4bfIfsJ9WytUl"
                    + "P252Met3LTk/wcaAPsJHvIo8rod4RuzDXhYHzFHwAOf2eD9g3roJ1qEy8qV+O0+f9+cKnrX4DvXx0JJfVPbUv3pv"
                    + "C9091ks2/AU+M5s2ZF3S1Rf5+nnPMeEC8UIzN/K7WMz7QzNz9x/P+0/5jvR+3dwNRvWOuaCep2D9A14vGvKtWs/K"
                    + "90vz/VCGVE7TIrddy1u8b8uspg7XlM+iANWwqOhz+I0zWZldvqTN9Txq4ryWfmwjEhkFqQwb/VulX61/jrgSX72l"
                    + "s7OKFov1CwX/fZzMZBL++H+T7SCms9t0EtxRSPYtu/zePCnq193fTUQQBXHSoNdQ8IfxeCwnMhnJ9ftNfFH8IBOF"
                    + "3yrrG6XwCVd6OYQ=";

    private TwoSignatures() {}

    static Path write(Path folder) throws IOException {
        try (InputStream bytes = new InflaterInputStream(
                new ByteArrayInputStream(Base64.getDecoder().decode(BYTES)))) {
            return Files.write(folder.resolve("two.tflite"), bytes.readAllBytes());
        }
    }
}
