define internal void @frame() {
  %large = alloca [400 x i8], align 4
  %text = alloca [12 x i8], align 4
  %small = alloca i32, align 4
  %byte = alloca i8, align 1
  call void @use(ptr %small)
  ret void
}
@kubectl_oci_second_result = hidden global i32 0, align 4
