/**
 * Reads FlatBuffers without generated code: tables, vectors and strings by field number, every offset checked before it
 * is followed. FlexBuffers, the schema-free form that TFLite uses for the options of custom operators, are read too.
 */
@NullMarked
package io.edgeai.formats.flatbuffer;

import org.jspecify.annotations.NullMarked;
