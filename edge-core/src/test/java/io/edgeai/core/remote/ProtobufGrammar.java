package io.edgeai.core.remote;

/** Whether bytes are a message of protocol buffers whose fields nobody knows, by the published wire format. */
final class ProtobufGrammar {
    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int LENGTH = 2;
    private static final int GROUP = 3;
    private static final int END_GROUP = 4;
    private static final int FIXED_32 = 5;

    private final byte[] bytes;
    private int at;

    private ProtobufGrammar(byte[] bytes) {
        this.bytes = bytes;
    }

    static boolean wellFormed(byte[] bytes) {
        return new ProtobufGrammar(bytes).fields(0);
    }

    /** Fields up to the end of the bytes or, within a group, to the end of that one. */
    private boolean fields(int group) {
        while (at < bytes.length) {
            Long read = varint();
            if (read == null) {
                return false;
            }
            int tag = read.intValue(); // readers keep the lower 32 bits
            int field = tag >>> 3;
            if (field == 0) {
                return false;
            }
            if ((tag & 7) == END_GROUP) {
                return field == group;
            }
            if (!value(tag & 7, field)) {
                return false;
            }
        }
        return group == 0;
    }

    private boolean value(int type, int field) {
        return switch (type) {
            case VARINT -> varint() != null;
            case FIXED_64 -> skip(8);
            case FIXED_32 -> skip(4);
            case LENGTH -> {
                Long length = varint();
                yield length != null && length.intValue() >= 0 && skip(length.intValue());
            }
            case GROUP -> fields(field);
            default -> false;
        };
    }

    private boolean skip(int count) {
        boolean there = count <= bytes.length - at;
        at += there ? count : 0;
        return there;
    }

    /** Null where it does not end within 10 bytes. */
    private Long varint() {
        long value = 0;
        for (int i = 0; i < 10 && at < bytes.length; i++) {
            byte next = bytes[at++];
            value |= (long) (next & 0x7F) << (7 * i);
            if (next >= 0) {
                return value;
            }
        }
        return null;
    }
}
