package io.edgeai.samples.data;

import io.edgeai.core.error.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The header of a {@code .npy} file: magic, version 1.0 to 3.0 and a Python dictionary literal, which is parsed by
 * hand and never evaluated.
 *
 * @param descr NumPy's type string, e.g. {@code <f4}
 * @param fortranOrder whether the first index varies fastest
 * @param shape dimensions, outermost first
 * @param dataOffset where the numbers begin
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">numpy.lib.format</a>
 */
record NpyHeader(String descr, boolean fortranOrder, List<Long> shape, int dataOffset) {
    static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int MAX_DIMENSIONS = 32;

    static NpyHeader parse(ByteBuffer file, String what) {
        ByteBuffer bytes = file.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        for (byte expected : MAGIC) {
            if (!bytes.hasRemaining() || bytes.get() != expected) {
                throw new InvalidInputException("(" + what + ") is not a NumPy array: it does not begin with"
                        + " \\x93NUMPY. Maybe it was written by another tool than numpy.save.");
            }
        }
        if (bytes.remaining() < 4) {
            throw damaged(what, "its header is cut off");
        }
        int major = bytes.get();
        int minor = bytes.get();
        if (major < 1 || major > 3 || minor != 0) {
            throw damaged(what, "version (" + major + "." + minor + ") is not 1.0, 2.0 or 3.0");
        }
        if (major > 1 && bytes.remaining() < 4) {
            throw damaged(what, "its header is cut off");
        }
        long length = major == 1 ? Short.toUnsignedInt(bytes.getShort()) : Integer.toUnsignedLong(bytes.getInt());
        if (length > bytes.remaining()) {
            throw damaged(what, "its header of (" + length + ") bytes is cut off");
        }
        byte[] text = new byte[(int) length];
        bytes.get(text);
        String literal = new String(text, major == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
        return new Literal(literal, what).header(bytes.position() - file.position());
    }

    static InvalidInputException damaged(String what, String why) {
        return new InvalidInputException(
                "NumPy array (" + what + ") cannot be read: " + why + ". Maybe write it again with numpy.save.");
    }

    /** A recursive-descent reader of exactly the dictionary literals that NumPy writes. */
    private static final class Literal {
        private final String text;
        private final String what;
        private int at;

        Literal(String text, String what) {
            this.text = text;
            this.what = what;
        }

        NpyHeader header(int dataOffset) {
            String descr = null;
            Boolean fortran = null;
            List<Long> shape = null;
            expect('{');
            while (!accept('}')) {
                String key = string();
                expect(':');
                switch (key) {
                    case "descr" -> descr = once(key, descr, type());
                    case "fortran_order" -> fortran = once(key, fortran, bool());
                    case "shape" -> shape = once(key, shape, tuple());
                    default -> throw fail("key (" + key + ") is unknown");
                }
                if (!accept(',')) {
                    expect('}');
                    break;
                }
            }
            skipSpace();
            if (at != text.length()) {
                throw fail("something follows the dictionary");
            }
            if (descr == null || fortran == null || shape == null) {
                throw fail("one of descr, fortran_order and shape is missing");
            }
            return new NpyHeader(descr, fortran, List.copyOf(shape), dataOffset);
        }

        private <T> T once(String key, @Nullable T before, T now) {
            if (before != null) {
                throw fail("key (" + key + ") occurs twice");
            }
            return now;
        }

        private String type() {
            skipSpace();
            if (at < text.length() && text.charAt(at) == '[') {
                throw new InvalidInputException("NumPy array (" + what + ") has named fields (" + text.strip()
                        + "), which no tensor holds. Maybe save each field as an array of its own.");
            }
            return string();
        }

        private String string() {
            skipSpace();
            char quote = at < text.length() ? text.charAt(at) : 0;
            int end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
            if (end < 0) {
                throw fail("a quoted string is missing");
            }
            String value = text.substring(at + 1, end);
            if (value.indexOf('\\') >= 0) {
                throw fail("a string has an escape");
            }
            at = end + 1;
            return value;
        }

        private boolean bool() {
            skipSpace();
            if (text.startsWith("True", at)) {
                at += 4;
                return true;
            }
            if (text.startsWith("False", at)) {
                at += 5;
                return false;
            }
            throw fail("fortran_order is neither True nor False");
        }

        private List<Long> tuple() {
            List<Long> dims = new ArrayList<>();
            expect('(');
            while (!accept(')')) {
                dims.add(number());
                if (dims.size() > MAX_DIMENSIONS) {
                    throw fail("it has more than 32 dimensions");
                }
                boolean comma = accept(',');
                if (!comma) {
                    if (dims.size() == 1) {
                        throw fail("(n) is no tuple; (n,) is");
                    }
                    expect(')');
                    break;
                }
            }
            return dims;
        }

        private long number() {
            skipSpace();
            int start = at;
            while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
                at++;
            }
            if (start == at || at - start > 18) {
                throw fail("a dimension is not a number from 0 to 10^18");
            }
            long value = Long.parseLong(text, start, at, 10);
            accept('L');
            return value;
        }

        private boolean accept(char wanted) {
            skipSpace();
            if (at < text.length() && text.charAt(at) == wanted) {
                at++;
                return true;
            }
            return false;
        }

        private void expect(char wanted) {
            if (!accept(wanted)) {
                throw fail("'" + wanted + "' is missing");
            }
        }

        private void skipSpace() {
            while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }

        private InvalidInputException fail(String why) {
            return damaged(what, "its header is wrong at character (" + at + "): " + why);
        }
    }
}
