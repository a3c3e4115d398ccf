"""What people of 清沅市 write in each form, unless a story says otherwise: data, one module per stretch of a case's life."""
