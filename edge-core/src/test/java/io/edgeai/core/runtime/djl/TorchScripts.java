package io.edgeai.core.runtime.djl;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** TorchScript archives without weights, from the source of their {@code forward}. */
final class TorchScripts {
    private TorchScripts() {}

    /**
     * @param forward parameters after {@code self}, result and body, e.g. {@code "x: Tensor) -> Tensor:\n return x"}
     */
    static Path write(Path file, String forward) throws IOException {
        String code =
                """
                class M(Module):
                  __parameters__ = []
                  __buffers__ = []
                  training : bool
                  def forward(self: __torch__.M,
                      %s
                """
                        .formatted(forward.replace("\n", "\n    "));
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.setMethod(ZipOutputStream.STORED);
            add(zip, "data.pkl", pickledModule());
            add(zip, "code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
            add(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
            add(zip, "version", "3\n".getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }

    /** An instance of M whose state is {@code {"training": true}}. */
    private static byte[] pickledModule() throws IOException {
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        pickle.write(new byte[] {(byte) 0x80, 2});
        pickle.write("c__torch__\nM\n)\u0081}X\b\0\0\0training\u0088sb.".getBytes(StandardCharsets.ISO_8859_1));
        return pickle.toByteArray();
    }

    private static void add(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        ZipEntry entry = new ZipEntry("m/" + name);
        CRC32 check = new CRC32();
        check.update(bytes);
        entry.setSize(bytes.length);
        entry.setCrc(check.getValue());
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }
}
