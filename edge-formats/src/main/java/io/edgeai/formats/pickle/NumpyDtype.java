package io.edgeai.formats.pickle;

import io.edgeai.core.error.ModelFormatException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The element type of a numpy array.
 *
 * @param kind numpy's letter: {@code b i u f c O S U V M m}
 * @param size bytes of one element
 * @param little whether its bytes are least significant first
 * @param fields the members of a structured type, empty for all others
 */
public record NumpyDtype(char kind, int size, boolean little, List<Field> fields) {
    /**
     * A member of a structured type.
     *
     * @param offset bytes before it within an element
     */
    public record Field(String name, NumpyDtype type, int offset) {}

    private static final int MOST_SIZE = 1 << 20;

    public NumpyDtype {
        fields = List.copyOf(fields);
        if (size < 0 || size > MOST_SIZE) {
            throw new ModelFormatException(
                    "Array elements are (" + size + ") bytes each, outside 0 to " + MOST_SIZE + ".");
        }
        for (Field field : fields) {
            if (field.offset() < 0 || (long) field.offset() + field.type().size() > size) {
                throw new ModelFormatException("Field (" + field.name() + ") at byte (" + field.offset()
                        + ") lies outside array elements of " + size + " bytes.");
            }
        }
    }

    /** Parses numpy's short names, such as {@code f8}, {@code <i4}, {@code U10}, {@code V64}, {@code O}. */
    static NumpyDtype named(String name) {
        String text = name;
        boolean little = true;
        if (!text.isEmpty() && "<>|=".indexOf(text.charAt(0)) >= 0) {
            little = text.charAt(0) != '>';
            text = text.substring(1);
        }
        String digits = text.isEmpty() ? "" : text.substring(1).replaceFirst("\\[.*", "");
        if (text.isEmpty() || "?bBiufcOSUVMma".indexOf(text.charAt(0)) < 0 || !digits.matches("[0-9]{0,7}")) {
            throw new ModelFormatException("Array element type (" + name + ") is unknown. Maybe it is an extension"
                    + " type; convert the array to a plain one before saving.");
        }
        char kind = text.charAt(0);
        int number = digits.isEmpty() ? 0 : Integer.parseInt(digits);
        return switch (kind) {
            case '?' -> new NumpyDtype('b', 1, little, List.of());
            case 'B' -> new NumpyDtype('u', 1, little, List.of());
            case 'b' -> new NumpyDtype(digits.isEmpty() ? 'i' : 'b', 1, little, List.of());
            case 'O' -> new NumpyDtype('O', 8, little, List.of());
            case 'a' -> new NumpyDtype('S', number, little, List.of());
            case 'U' -> new NumpyDtype('U', number * 4, little, List.of());
            default -> new NumpyDtype(kind, number, little, List.of());
        };
    }

    /** This type with what a dtype's pickled state adds: byte order, members and size. */
    NumpyDtype with(Object state) {
        if (!(state instanceof PyTuple parts) || parts.size() < 7) {
            throw new ModelFormatException("State of an array element type is (" + state + "), not numpy's tuple.");
        }
        boolean order = !">".equals(parts.get(1));
        int bytes =
                parts.get(5) instanceof Long stated && stated >= 0 ? Math.toIntExact(Math.min(stated, 1L << 30)) : size;
        if (parts.get(3) instanceof PyTuple names && parts.get(4) instanceof PyDict table) {
            return new NumpyDtype(
                    kind,
                    bytes,
                    order,
                    names.items().stream().map(name -> field(name, table)).toList());
        }
        if (parts.get(2) instanceof PyTuple) {
            return new NumpyDtype('V', bytes, order, List.of());
        }
        return new NumpyDtype(kind, bytes, order, List.of());
    }

    private static Field field(Object name, PyDict table) {
        Object value = name instanceof String ? table.get(name) : null;
        if (name instanceof String text
                && value instanceof PyTuple pair
                && pair.size() >= 2
                && pair.get(0) instanceof DtypeRef type
                && pair.get(1) instanceof Long offset
                && offset >= 0
                && offset <= MOST_SIZE) {
            return new Field(text, type.value(), (int) (long) offset);
        }
        throw new ModelFormatException(
                "Member (" + name + ") of a structured array is not described by a type and an" + " offset.");
    }

    /** Whether elements are Python objects rather than bytes. */
    public boolean objects() {
        return kind == 'O' || fields.stream().anyMatch(field -> field.type().objects());
    }

    /** The member of that name, or null. */
    public @Nullable Field field(String name) {
        return fields.stream()
                .filter(field -> field.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    @Override
    public String toString() {
        return (little ? "" : ">") + kind + size + (fields.isEmpty() ? "" : "{" + fields.size() + " fields}");
    }
}
